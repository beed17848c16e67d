import { randomUUID } from 'node:crypto'
import { type IncomingMessage, maxHeaderSize, type ServerResponse } from 'node:http'
import { isIP, type Socket } from 'node:net'
import {
  type ConnectionError,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type RawServerDefault,
} from 'fastify'
import { collectDefaultMetrics, register } from 'prom-client'
import type { Log } from './log.ts'
import { databaseTrouble } from './outage.ts'

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

/** From a connection's first moment, or the end of its last request; whoever dribbles is cut off. */
const headersWithinMs = 10_000
const requestWithinMs = 30_000

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
      headersTimeout: headersWithinMs,
      connectionsCheckingInterval: 1_000,
      shouldUpgradeCallback: (request) => wantsSocket(request) && app.server.listenerCount('upgrade') > 0,
    },
    ...(trustedProxies && { trustProxy: trustedProxies }),
    forceCloseConnections: 'idle',
    requestTimeout: requestWithinMs,
    clientErrorHandler: refuseConnection,
    frameworkErrors: tellError,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 512 },
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
    },
  })
  app.addHook('onRequest', async ({ raw }) => {
    const isName = (text: string | undefined) => text?.toLowerCase() === 'authorization'
    const given = raw.rawHeaders.filter((_, at, all) => at % 2 === 1 && isName(all[at - 1]))
    // Node would keep the first and drop the others, a proxy may do the opposite: together they are no token.
    if (given.length > 1) raw.headers.authorization = given.join(', ')
  })
  app.addHook('onSend', async ({ id, headers }, reply) => {
    reply.header('x-request-id', id)
    if (reply.statusCode !== 401 || reply.hasHeader('www-authenticate')) return
    // RFC 6750, section 3: the error is told only to whoever sent something.
    const error = headers.authorization === undefined ? '' : ', error="invalid_token"'
    reply.header('www-authenticate', `Bearer realm="berth"${error}`)
  })
  app.setErrorHandler(tellError)
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

export type HttpError = Error & { statusCode?: number; code?: string }

function tellError(error: HttpError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const trouble = databaseTrouble(error)
  const status = trouble ? 503 : (error.statusCode ?? 500)
  if (status >= 500) request.log.error({ err: error }, 'request failed')
  if (trouble) reply.header('retry-after', 1)
  const broken = trouble ?? `Something broke here; its log has it under ${request.id}.`
  const message = status >= 500 ? broken : explain(error, request)
  return reply.code(status).send({ error: message, requestId: request.id })
}

/** What to tell of an error that the client made. */
export function explain({ code, message }: HttpError, { routeOptions }: FastifyRequest): string {
  return code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    ? `The request's body is larger than ${routeOptions.bodyLimit} bytes.`
    : message
}

/** Answers what never became a request, in words, and hangs up. */
function refuseConnection(this: FastifyInstance, { code }: ConnectionError, socket: Socket): void {
  const [status, error] =
    code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          `The request's headers are larger than ${maxHeaderSize} bytes.`,
        ]
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [
            '408 Request Timeout',
            `A request's headers must be here within ${headersWithinMs / 1_000} s, all of it within ${requestWithinMs / 1_000} s.`,
          ]
        : ['400 Bad Request', 'This cannot be read as HTTP/1.1.']
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy()
  const body = JSON.stringify({ error })
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
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
