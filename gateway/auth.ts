import type { FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import { endToEnd, requestHeaders } from './headers.ts'

/** Forms and small JSON only go this way. */
const bodyLimit = 65_536

/**
 * Passes `/auth/*` on to the auth service, unchanged but for the peer's address, by which the service slows down those
 * who guess passwords.
 */
export async function serveAuth(app: FastifyInstance, url: string): Promise<void> {
  const pool = new Pool(new URL(url).origin, {
    connections: 32,
    connect: { timeout: 2_000 },
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  })
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.route<{ Body: Buffer | undefined }>({
      method: ['GET', 'POST'],
      url: '/auth/*',
      bodyLimit,
      async handler(request, reply) {
        const headers = requestHeaders(request.headers, { requestId: request.id, peer: request.ip })
        const answer = await pool
          .request({
            path: request.url,
            method: request.method === 'GET' || request.method === 'HEAD' ? request.method : 'POST',
            headers,
            body: request.body ?? null,
          })
          .catch((error: unknown) => {
            request.log.warn({ err: error }, 'the auth service cannot be reached')
          })
        if (!answer) {
          return reply.code(503).header('retry-after', '1').send({
            error: 'temporarily_unavailable',
            error_description: 'The auth service cannot be reached; try again shortly.',
          })
        }
        return reply.code(answer.statusCode).headers(endToEnd(answer.headers)).send(answer.body)
      },
    })
  })
  app.addHook('onClose', () => pool.close())
}
