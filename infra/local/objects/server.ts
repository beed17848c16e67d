import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { openBlobs } from './blobs.ts'
import { isBucketName } from './buckets.ts'
import { openCatalog } from './catalog.ts'
import { translate } from './errors.ts'
import { openExchange, type Store } from './exchange.ts'
import { parseTarget } from './request.ts'
import { route } from './routes.ts'
import { verify } from './signature.ts'
import { errorDocument } from './xml.ts'

/** Answered without a signature; a dash alone is too short to name a bucket. */
export const healthPath = '/-/health'

export type ObjectStoreOptions = {
  /** The folder that holds everything; made when it is not there. One store at a time. */
  data: string
  /** Secret keys by access key. */
  credentials: ReadonlyMap<string, string>
  /** 127.0.0.1 by default. */
  host?: string
  /** 0, any free port, by default. */
  port?: number
  /** us-east-1 by default. */
  region?: string
  /** Made at the start where they are missing. */
  buckets?: readonly string[]
  /** Epoch milliseconds; for tests. */
  now?: () => number
  /** Gets one record per request that failed through the store's own fault. */
  report?: (record: { requestId: string; method?: string; url?: string; error: string }) => void
}

export type ObjectStore = {
  port: number
  /** Such as http://127.0.0.1:9000. */
  url: string
  /** Lets requests under way finish for up to `graceMs` (10 s by default), then ends them and lets go of the folder. */
  close: (graceMs?: number) => Promise<void>
}

async function openStore(options: ObjectStoreOptions): Promise<Store> {
  const { data, region = 'us-east-1', now = Date.now, buckets = [] } = options
  const misnamed = buckets.find((name) => !isBucketName(name))
  if (misnamed !== undefined)
    throw new Error(`"${misnamed}" cannot name a bucket: use 3 to 63 of a-z, 0-9 and dash.`)
  await mkdir(data, { recursive: true })
  const catalog = openCatalog(join(data, 'catalog.sqlite'))
  try {
    const blobs = await openBlobs(join(data, 'blobs'))
    await blobs.sweep(catalog.referenced())
    const present = catalog.buckets().map(({ name }) => name)
    for (const name of buckets) if (!present.includes(name)) catalog.createBucket(name, now())
    return { catalog, blobs, region, now }
  } catch (error) {
    catalog.close()
    throw error
  }
}

/**
 * Serves the S3 API on a folder. Rejects when the port is taken, the folder cannot be written, or another store
 * holds it.
 */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStore> {
  const store = await openStore(options)
  const trust = { credentials: options.credentials, region: store.region, now: store.now }
  const underWay = new Set<Promise<void>>()

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = parseTarget(incoming.url ?? '')
    const grant = verify(incoming, target, trust)
    const exchange = openExchange(target, incoming, response, grant)
    await route({ ...exchange, headers: Object.keys(incoming.headersDistinct) })(store, exchange)
  }

  function fail(
    thrown: unknown,
    incoming: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): void {
    // A client that left needs no answer, and one that has half of an answer must not take it for the whole.
    if (response.destroyed || incoming.socket.destroyed || response.headersSent)
      return void response.destroy()
    const error = translate(thrown)
    const { method, url } = incoming
    if (error.status >= 500 && error.code !== 'NotImplemented') {
      options.report?.({ requestId, method, url: url?.split('?')[0], error: String(thrown) })
    }
    const contentRange = response.getHeader('content-range')
    for (const name of response.getHeaderNames()) if (name !== 'x-amz-request-id') response.removeHeader(name)
    if (contentRange !== undefined) response.setHeader('Content-Range', contentRange)
    response.statusCode = error.status
    response.setHeader('Content-Type', 'application/xml')
    const resource = (url ?? '').split('?')[0] ?? ''
    response.end(method === 'HEAD' ? undefined : errorDocument(error, resource, requestId))
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.url === healthPath) return void response.end('ok\n')
    const requestId = randomUUID()
    response.setHeader('x-amz-request-id', requestId)
    await handle(incoming, response).catch((error) => fail(error, incoming, response, requestId))
    // What is left of a refused body is read and dropped, so that the client gets to its answer.
    if (!incoming.complete) incoming.resume()
    await finished(response).catch(() => {})
  }

  const server = createServer({ headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 30_000 })
  // A request may take hours for a big object, but not minutes without a byte.
  server.timeout = 120_000
  server.on('request', (incoming, response) => {
    const work = answer(incoming, response)
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  }).catch((error) => {
    store.catalog.close()
    throw error
  })
  const { address, family, port } = server.address() as AddressInfo

  async function close(graceMs = 10_000): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    while (underWay.size) await Promise.all(underWay)
    clearTimeout(timer)
    server.closeAllConnections()
    await closed
    store.catalog.close()
  }

  return { port, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`, close }
}
