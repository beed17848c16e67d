import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Parts of a file go from the page straight to the object store. */
const contentSecurityPolicy = (storeOrigin: string | undefined) =>
  [
    "default-src 'self'",
    ...(storeOrigin ? [`connect-src 'self' ${storeOrigin}`] : []),
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const buildMissing = `<!doctype html><meta charset="utf-8"><title>Berth</title>
<p>The interface has not been built: run <code>npm run build -w frontend</code> and load this page again.
The API is there: <a href="/graphql">/graphql</a>.</p>`

/**
 * Serves the built interface. A page that a person asks for and that is no file is a place inside the interface; all else
 * that is unknown is a 404 in JSON.
 * @param storeUrl where browsers reach the object store
 */
export async function serveFrontend(
  app: FastifyInstance,
  folder: string,
  storeUrl: string | undefined,
): Promise<void> {
  const policy = contentSecurityPolicy(storeUrl && new URL(storeUrl).origin)
  await app.register(fastifyStatic, {
    root: folder,
    suppressWarning: true,
    dotfiles: 'ignore',
    cacheControl: false,
    decorateReply: false,
    setHeaders(reply, path) {
      // The names of assets carry a hash of what is in them.
      const hashed = path.startsWith(join(folder, 'assets'))
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      if (path.endsWith('.html')) reply.header('content-security-policy', policy)
    },
  })
  app.setNotFoundHandler((request, reply) => {
    reply.header('cache-control', 'no-store')
    if (wantsPage(request)) return sendIndex(reply, folder, policy)
    const error = `There is nothing at ${request.method} ${request.url.split('?')[0]}.`
    return reply.code(404).send({ error, requestId: request.id })
  })
}

function wantsPage(request: FastifyRequest): boolean {
  const isFile = /\.\w+$/.test(request.url.split('?')[0] ?? '')
  return request.method === 'GET' && !isFile && (request.headers.accept ?? '').includes('text/html')
}

async function sendIndex(reply: FastifyReply, folder: string, policy: string): Promise<FastifyReply> {
  const page = await readFile(join(folder, 'index.html')).catch(() => undefined)
  return reply
    .code(page ? 200 : 503)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', policy)
    .send(page ?? buildMissing)
}
