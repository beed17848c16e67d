import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Log } from '@berth/platform/log'
import { openBlobs } from './blobs.ts'
import { isBucketName } from './buckets.ts'
import { openCatalog } from './catalog.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import type { Environment } from './environment.ts'
import { translate } from './errors.ts'
import { openExchange, type Store } from './exchange.ts'
import { parseTarget } from './request.ts'
import { route } from './routes.ts'
import { verify } from './signature.ts'
import { document } from './xml.ts'

/** Answered without a signature; a dash alone is too short to name a bucket. */
const healthPath = '/-/health'

async function openStore({
  OBJECTS_DATA: data,
  OBJECTS_REGION: region,
  OBJECTS_BUCKETS,
}: Environment): Promise<Store> {
  const misnamed = OBJECTS_BUCKETS.find((name) => !isBucketName(name))
  if (misnamed) throw new Error(`"${misnamed}" cannot name a bucket: use 3 to 63 of a-z, 0-9, dot and dash.`)
  await mkdir(data, { recursive: true })
  const catalog = openCatalog(join(data, 'catalog.sqlite'))
  const blobs = await openBlobs(join(data, 'blobs'))
  await blobs.sweep(catalog.referenced())
  const present = catalog.buckets().map(({ name }) => name)
  for (const name of OBJECTS_BUCKETS) if (!present.includes(name)) catalog.createBucket(name)
  return { catalog, blobs, region }
}

/**
 * Serves the S3 API on a folder, until `close`, which lets requests under way finish for a while. Rejects when the port
 * is taken, the folder cannot be written, or another store holds it.
 */
export async function startObjectStore(settings: Environment, log: Log) {
  const store = await openStore(settings)
  const trust = { credentials: settings.OBJECTS_CREDENTIALS, region: store.region, now: Date.now }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = parseTarget(incoming.url ?? '')
    if (incoming.method === 'OPTIONS') return answerPreflight(store, target, incoming, response)
    allowOrigin(store, target, incoming, response)
    const exchange = openExchange(target, incoming, response, verify(incoming, target, trust))
    await route(exchange)(store, exchange)
  }

  function fail(
    thrown: unknown,
    incoming: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): void {
    // A client that left needs no answer, and one that has half of an answer must not take it for the whole.
    if (incoming.socket.destroyed || response.headersSent) return void response.destroy()
    const { code: Code, message: Message, status } = translate(thrown)
    const [Resource = ''] = (incoming.url ?? '').split('?')
    if (Code === 'InternalError')
      log.error({ requestId, method: incoming.method, path: Resource, err: thrown }, 'request failed')
    for (const name of response.getHeaderNames()) {
      if (!/^(x-amz-request-id|content-range|vary|access-control-.*)$/.test(name)) response.removeHeader(name)
    }
    response.writeHead(status, { 'Content-Type': 'application/xml' })
    const told = document('Error', { Code, Message, Resource, RequestId: requestId })
    response.end(incoming.method === 'HEAD' ? undefined : told)
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.url === healthPath) return void response.end('ok\n')
    const requestId = randomUUID()
    response.setHeader('x-amz-request-id', requestId)
    await handle(incoming, response).catch((error) => fail(error, incoming, response, requestId))
    // What is left of a refused body is read and dropped, so that the client gets to its answer.
    incoming.resume()
  }

  const server = createServer({ headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 30_000 })
  // A request may take hours for a big object, but not minutes without a byte.
  server.timeout = 120_000
  server.on('request', (incoming, response) => void answer(incoming, response))
  server.listen(settings.OBJECTS_PORT, settings.OBJECTS_HOST)
  await once(server, 'listening')

  async function close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close()
    await once(server, 'close')
    clearTimeout(timer)
    store.catalog.close()
  }

  return { port: (server.address() as AddressInfo).port, close }
}
