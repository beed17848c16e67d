import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Conduct, Conducts } from './conduct.ts'
import { type Content, contentOf } from './content.ts'
import { listen } from './listen.ts'
import { replyTo, wantedOf } from './reply.ts'

/** One answer, whole or broken off. */
export interface Given {
  /** The `Range` that was asked for. */
  range: string | undefined
  /** Undefined where the connection was closed without an answer. */
  status: number | undefined
  /** The first byte of the file that was given. */
  start: number
  /** Bytes of the file that were handed to the connection. */
  bytes: number
  /** When it was asked for, in milliseconds since the epoch. */
  at: number
}

/** A web server on this machine that gives files by ranges, behaves as badly as it is told to, and counts what it gives. */
export interface Upstream {
  url: string
  /**
   * Offers a file, or another one in the place of a former, whose answers go on.
   * @returns where; Berth goes there when `BERTH_SOURCE_ALLOW` has 127.0.0.1
   */
  offer(name: string, file: Buffer | Content, conduct?: Conducts): string
  /** Every answer for a file, in order; a look at its header is one, too. */
  given(name: string): Given[]
  /** A file comes at this pace from now on, in all its answers together. */
  setPace(name: string, bytesPerSecond: number): void
  /** How many connections are open. */
  connections(): number
  /** Closes every connection as soon as it is made; or no longer. */
  away(isAway: boolean): void
  close(): Promise<void>
}

interface Offered {
  content: Content
  conduct: Conducts
  given: Given[]
  pace: Pace
}

const chunkBytes = 64 * 1024

/** @param bytesPerSecond of each file, in all its answers together */
export async function startUpstream({ bytesPerSecond = Number.POSITIVE_INFINITY } = {}): Promise<Upstream> {
  const files = new Map<string, Offered>()
  const sockets = new Set<Socket>()
  let isAway = false

  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    // Whoever leaves before the end is expected here.
    answer(files, request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    if (isAway) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  return {
    url,
    offer(name, file, conduct = () => ({})) {
      const content = Buffer.isBuffer(file) ? contentOf(file) : file
      const { given = [], pace = createPace(bytesPerSecond) } = files.get(name) ?? {}
      files.set(name, { content, conduct, given, pace })
      return `${url}/${name}`
    },
    given: (name) => files.get(name)?.given ?? [],
    setPace: (name, bytes) => files.get(name)?.pace.set(bytes),
    connections: () => sockets.size,
    away(wanted) {
      isAway = wanted
      if (isAway) for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  files: ReadonlyMap<string, Offered>,
  { url: address = '', method, headers, socket }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(address, 'http://upstream')
  const offered = files.get(pathname.slice(1))
  if (!offered || method !== 'GET') {
    response.writeHead(offered ? 405 : 404).end()
    return
  }
  const { content, given, pace } = offered
  const wanted = wantedOf(headers, content)
  const number = given.length + 1
  const conduct = offered.conduct({ ...wanted, number, query, givenBytes: sumOf(given) })
  const { range } = headers
  const at = Date.now()
  await conduct.after
  if (conduct.hangsUp) {
    given.push({ range, status: undefined, start: wanted.start, bytes: 0, at })
    socket.destroy()
    return
  }
  const reply = replyTo(wanted, headers, content, conduct)
  const one = { range, status: reply.status, start: reply.start, bytes: 0, at }
  given.push(one)
  response.writeHead(reply.status, reply.headers)
  const { afterBytes = Number.POSITIVE_INFINITY } = conduct.cut ?? {}
  const end = Math.min(reply.end, reply.start + afterBytes)
  await pipeline(Readable.from(paced(content, reply.start, end, pace, one)), response, { end: false })
  await finish(response, conduct)
}

async function* paced(
  { bytes }: Content,
  start: number,
  end: number,
  pace: Pace,
  given: Given,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += chunkBytes) {
    const chunk = bytes(at, Math.min(at + chunkBytes, end))
    await pace.wait(chunk.length)
    given.bytes += chunk.length
    yield chunk
  }
}

async function finish(response: ServerResponse, { cut, surplusBytes = 0 }: Conduct): Promise<void> {
  const { socket } = response
  if (cut?.by === 'stall') await once(response, 'close')
  else if (cut?.by === 'reset') socket?.resetAndDestroy()
  else if (cut?.by === 'end') socket?.end()
  else response.end(Buffer.alloc(surplusBytes))
}

const sumOf = (given: readonly Given[]) => given.reduce((sum, { bytes }) => sum + bytes, 0)

interface Pace {
  /** Waits until so many more bytes may go. */
  wait(bytes: number): Promise<void>
  set(bytesPerSecond: number): void
}

/** How far the clock may be behind before it is set anew: the late timers of a busy machine do not make the pace slower. */
const mostBehindMs = 100

function createPace(atFirst: number): Pace {
  let bytesPerSecond = atFirst
  let dueAt = 0
  return {
    async wait(bytes) {
      const now = performance.now()
      const waitMs = Math.max(dueAt, now - mostBehindMs) - now
      dueAt = now + waitMs + (bytes / bytesPerSecond) * 1_000
      if (waitMs > 0) await delay(waitMs)
    },
    set(wanted) {
      bytesPerSecond = wanted
    },
  }
}
