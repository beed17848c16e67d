import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { User } from './authentication.ts'
import type { KeyPair } from './certificates.ts'
import { discover, version } from './discovery.ts'
import { noSuchPath, statusOf } from './errors.ts'
import type { Catalog } from './resources.ts'
import { sendJson } from './routes.ts'

export interface ServerParts {
  authority: KeyPair
  certificate: KeyPair
  address: string
  catalog: Catalog
  authenticate(request: IncomingMessage): User
  route(request: IncomingMessage, url: URL, user: User, response: ServerResponse): Promise<void>
  fault(error: unknown): void
}

const health = /^\/(readyz|livez|healthz)(\/|$)/

export function createApiServer(parts: ServerParts): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', parts.address)
    if (health.test(url.pathname)) {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end('ok')
      return
    }
    // A real API server tells its version without credentials, too.
    if (url.pathname === '/version') return sendJson(response, 200, version)
    const user = parts.authenticate(request)
    const found = request.method === 'GET' ? discover(parts.catalog, url.pathname, parts.address) : undefined
    if (found) return sendJson(response, 200, found)
    if (!/^\/apis?\//.test(url.pathname)) throw noSuchPath()
    await parts.route(request, url, user, response)
  }
  const server = createServer(
    {
      key: parts.certificate.key,
      cert: parts.certificate.certificate,
      ca: parts.authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      // A client that went away in the middle of an answer is no fault of ours.
      response.on('error', () => undefined)
      answer(request, response).catch((error: unknown) => {
        const status = statusOf(error)
        if (status.code === 500) parts.fault(error)
        if (response.headersSent) response.destroy()
        else sendJson(response, status.code, status)
      })
    },
  )
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  return server
}
