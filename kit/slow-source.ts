import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from './listen.ts'

/** One answer that the source gave, whole or broken off. */
export interface Given {
  /** The first byte that was asked for. */
  start: number
  /** Bytes that were handed to the connection. */
  bytes: number
}

/** A web server on this machine that gives files slowly and by ranges, and counts what it gives. */
export interface SlowSource {
  /** Offers a file. @returns where; Berth goes there when `BERTH_SOURCE_ALLOW` has 127.0.0.1 */
  offer(name: string, file: Buffer): string
  /** Every answer that carried bytes of a file, in order; a look at its header is one, too. */
  given(name: string): Given[]
  close(): Promise<void>
}

const chunkBytes = 256 * 1024

export async function startSlowSource(bytesPerSecond: number): Promise<SlowSource> {
  const files = new Map<string, { file: Buffer; etag: string; given: Given[] }>()

  async function* slowly(bytes: Buffer, given: Given): AsyncGenerator<Buffer> {
    // By the clock: a busy machine's late timers do not make it slower still.
    const begunAt = performance.now()
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const dueIn = begunAt + (at / bytesPerSecond) * 1_000 - performance.now()
      if (dueIn > 0) await delay(dueIn)
      const chunk = bytes.subarray(at, at + chunkBytes)
      given.bytes += chunk.length
      yield chunk
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const offered = files.get(request.url ?? '')
    if (!offered) {
      response.writeHead(404).end()
      return
    }
    const { file, etag } = offered
    const ifRange = request.headers['if-range']
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const isRange = from !== undefined && (ifRange === undefined || ifRange === etag)
    const start = isRange ? Number(from) : 0
    const part = file.subarray(start, isRange && to ? Number(to) + 1 : undefined)
    response.writeHead(isRange ? 206 : 200, {
      'content-length': part.length,
      'accept-ranges': 'bytes',
      etag,
      ...(isRange && { 'content-range': `bytes ${start}-${start + part.length - 1}/${file.length}` }),
    })
    const given = { start, bytes: 0 }
    offered.given.push(given)
    await pipeline(Readable.from(slowly(part, given)), response)
  }

  const server = createServer((request, response) => {
    // Whoever leaves before the end is expected here.
    answer(request, response).catch(() => response.destroy())
  })
  const base = `http://127.0.0.1:${await listen(server)}`
  return {
    offer(name, file) {
      const etag = `"${createHash('sha256').update(file).digest('hex')}"`
      files.set(`/${name}`, { file, etag, given: [] })
      return `${base}/${name}`
    },
    given: (name) => files.get(`/${name}`)?.given ?? [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
