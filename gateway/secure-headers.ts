import type { FastifyInstance, FastifyReply } from 'fastify'

/**
 * Headers that are right for every answer of this origin, unless it has better ones of its own: nothing keeps it, nobody
 * frames it, and were it taken for a page, that page could load and run nothing.
 */
export function secureHeaders(app: FastifyInstance, publicUrl: string): void {
  const secure = publicUrl.startsWith('https://')
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy':
        'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...(secure && { 'strict-transport-security': 'max-age=31536000' }),
    })
  })
}

/** Hands the headers of a reply on to whoever answers past fastify. */
export function keepHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
}
