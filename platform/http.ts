import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, fastify, type RawServerDefault } from 'fastify'
import { collectDefaultMetrics, register } from 'prom-client'
import type { Log } from './log.ts'

/** Named parts and whether each is ready. */
export type Checks = Record<string, boolean>

export interface HttpOptions {
  log: Log
  /** What `/health` answers from: 200 when all are ready, else 503. */
  checks(): Promise<Checks> | Checks
  /** Bytes of a request's body at most; 1 MiB by default. */
  bodyLimit?: number
  /** Networks whose X-Forwarded-For is believed, as CIDR; none by default, so that `request.ip` is the peer's. */
  trustedProxies?: string[] | undefined
}

/**
 * A process's HTTP server with `/health` (ready?), `/live` (answering?) and `/metrics` (Prometheus). An error that
 * nobody translated is logged and answered with its request id alone.
 */
export function createHttpServer({
  log,
  checks,
  bodyLimit = 1_048_576,
  trustedProxies,
}: HttpOptions): FastifyInstance {
  collectDefaultMetricsOnce()
  const app: FastifyInstance = fastify<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger>({
    loggerInstance: log.child({}, { level: log.level === 'info' ? 'warn' : log.level }),
    bodyLimit,
    http: {
      shouldUpgradeCallback: (request) => wantsSocket(request) && app.server.listenerCount('upgrade') > 0,
    },
    ...(trustedProxies && { trustProxy: trustedProxies }),
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 512 },
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
    },
  })
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    const message =
      status >= 500 ? `Something broke here; its log has it under ${request.id}.` : error.message
    return reply.code(status).send({ error: message, requestId: request.id })
  })
  app.get('/live', async () => ({ status: 'ok' }))
  app.get('/health', async (_request, reply) => {
    const found = await checks()
    const ready = Object.values(found).every(Boolean)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ok' : 'unavailable', checks: found })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', register.contentType).send(await register.metrics()),
  )
  return app
}

/** Any other upgrade that a client offers, such as the `h2c` of Java's, may be ignored (RFC 9110, section 7.8). */
const wantsSocket = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'

let collecting = false
function collectDefaultMetricsOnce(): void {
  if (collecting) return
  collecting = true
  collectDefaultMetrics()
}

/**
 * Starts to listen; returns the port. Plaintext on an interface other than loopback is refused unless `plaintext` is
 * `allow`, which is for a network that is private to the pods.
 */
export async function listen(
  app: FastifyInstance,
  address: { host: string; port: number; plaintext?: 'loopback' | 'allow' },
): Promise<number> {
  if (address.plaintext !== 'allow' && !isLoopback(address.host)) {
    throw new Error(
      `Plaintext HTTP on ${address.host} is refused: listen on 127.0.0.1 behind TLS, or set PLAINTEXT=allow on a private network.`,
    )
  }
  await app.listen({ host: address.host, port: address.port })
  const bound = app.server.address()
  return bound !== null && typeof bound === 'object' ? bound.port : address.port
}

/** Whether only this machine reaches what listens on the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
