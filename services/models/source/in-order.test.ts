import { randomBytes } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '@berth/kit/condition'
import { Agent } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Buffers, createBuffers } from './buffers.ts'
import { fetchFile } from './fetch.ts'
import { createReader } from './in-order.ts'
import { patience, type Range, type RangedFile } from './range.ts'

const kibibyte = 1_024
const file = randomBytes(1_000 * kibibyte)
const etag = '"one"'
const rangeBytes = 64 * kibibyte
const whole = { start: 0, end: file.length - 1 }

/** Answers a request in a way of its own; false lets it be answered well. */
type Answer = (range: Range, response: ServerResponse) => unknown

let misbehave: Answer
let asked: Range[]
let most: number
let mostAfter: number
let open: number
let url: URL
let dispatcher: Agent

const server = createServer((request, response) => {
  const [, start = '0', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  const range = { start: Number(start), end: Math.min(Number(end), file.length - 1) }
  asked.push(range)
  open += 1
  most = Math.max(most, open)
  response.once('close', () => {
    open -= 1
  })
  if (misbehave(range, response) === false) well(range, response)
})

const headersOf = ({ start, end }: Range, more = {}) => ({
  'content-length': end - start + 1,
  'content-range': `bytes ${start}-${end}/${file.length}`,
  etag,
  ...more,
})
const well: Answer = (range, response) =>
  response.writeHead(206, headersOf(range)).end(file.subarray(range.start, range.end + 1))

/** Misbehaves at the first request that fits, and at no other. */
const once = (fits: (range: Range) => boolean, answer: Answer): Answer => {
  let done = false
  return (range, response) => {
    if (done || !fits(range)) return false
    done = true
    return answer(range, response)
  }
}
const second = ({ start }: Range) => start === rangeBytes

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf?signature=secret`)
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  misbehave = () => false
  asked = []
  most = 0
  mostAfter = 0
  open = 0
  dispatcher = new Agent()
})
afterEach(() => dispatcher.destroy())

const limits = { ...patience, stallMs: 30_000, firstPauseMs: 1, leastProgressBytes: kibibyte }

function reader({
  buffers = createBuffers(8, rangeBytes),
  connections = 4,
  patience = limits,
  signal = undefined as AbortSignal | undefined,
} = {}) {
  const asking: RangedFile = {
    content: { totalBytes: file.length, etag },
    shown: `${url.host}${url.pathname}`,
    ask: (range, signal) =>
      fetchFile({ url, dispatcherFor: () => dispatcher, redirects: 'refuse', range, ifRange: etag, signal }),
  }
  return createReader(asking, { rangeBytes, connections, buffers, patience }, signal)
}

async function read(from = whole, options: Parameters<typeof reader>[0] = {}): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of reader(options).read(from)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** Answers the first requests when so many have come, and all others well. */
const together = (count: number, answer: Answer = well): Answer => {
  let waiting: (() => void)[] | undefined = []
  return (range, response) => {
    if (!waiting) {
      mostAfter = Math.max(mostAfter, open)
      return false
    }
    waiting.push(() => answer(range, response))
    if (waiting.length < count) return
    const all = waiting
    waiting = undefined
    for (const give of all) give()
  }
}

test('a file comes in order over several connections', async () => {
  misbehave = together(4)
  expect((await read()).equals(file)).toBe(true)
  expect(most).toBe(4)
})

test('nothing outside of the range is asked for, and nothing twice', async () => {
  const range = { start: 100_001, end: 500_002 }
  expect((await read(range)).equals(file.subarray(range.start, range.end + 1))).toBe(true)
  const ordered = asked.toSorted((a, b) => a.start - b.start)
  expect(ordered[0]?.start).toBe(range.start)
  expect(ordered.at(-1)?.end).toBe(range.end)
  expect(ordered.every(({ end }, index) => (ordered[index + 1]?.start ?? end + 1) === end + 1)).toBe(true)
})

test('connections are used again', async () => {
  const connections = new Set<unknown>()
  misbehave = (_range, response) => {
    connections.add(response.socket)
    return false
  }
  await read()
  expect(asked.length).toBeGreaterThan(10)
  expect(connections.size).toBeLessThanOrEqual(8)
})

const half = (range: Range) => Math.floor((range.end - range.start) / 2)

test.each<[string, Answer, stallMs?: number]>([
  ['resets it', (_range, response) => response.destroy()],
  [
    'breaks it off in the middle',
    (range, response) => {
      response.writeHead(206, headersOf(range)).write(file.subarray(range.start, range.start + half(range)))
      setImmediate(() => response.destroy())
    },
  ],
  [
    'stalls in the middle',
    (range, response) =>
      response.writeHead(206, headersOf(range)).write(file.subarray(range.start, range.start + half(range))),
    2_000,
  ],
  [
    'gives less than was asked for, and says so',
    (range, response) => well({ start: range.start, end: range.start + half(range) }, response),
  ],
  [
    'gives less than it says',
    (range, response) => {
      const { 'content-length': _length, ...headers } = headersOf(range)
      response.writeHead(206, headers).end(file.subarray(range.start, range.start + half(range)))
    },
  ],
  [
    'gives more than was asked for',
    (range, response) =>
      well({ start: range.start, end: Math.min(range.end + 5_000, file.length - 1) }, response),
  ],
  ['gives another range', (range, response) => well({ start: range.start + 1, end: range.end }, response)],
  [
    'gives the whole file',
    (_range, response) => response.writeHead(200, { etag, 'content-length': file.length }).end(file),
  ],
  ['gives a page of a proxy', (_range, response) => response.writeHead(200).end('Sign in to this network.')],
  ['answers 500', (_range, response) => response.writeHead(500).end()],
  ['does not say which range it gives', (_range, response) => response.writeHead(206, { etag }).end(file)],
])(
  'a source that %s once is asked again for what is missing',
  async (_what, answer, stallMs = limits.stallMs) => {
    misbehave = once(second, answer)
    expect((await read(whole, { patience: { ...limits, stallMs } })).equals(file)).toBe(true)
    const rest = asked.filter(({ start }) => start >= rangeBytes && start < 2 * rangeBytes)
    expect(rest.length).toBeGreaterThanOrEqual(1)
    expect(rest.length).toBeLessThanOrEqual(2)
  },
)

test('a source that resets every connection after a while gives the file all the same', async () => {
  misbehave = (range, response) => {
    const some = file.subarray(range.start, Math.min(range.start + 10 * kibibyte, range.end + 1))
    response.writeHead(206, headersOf(range)).write(some)
    setImmediate(() => response.destroy())
  }
  expect((await read()).equals(file)).toBe(true)
})

test('a source that never gives a range is asked a few times', async () => {
  misbehave = (range, response) => (second(range) ? response.destroy() : false)
  await expect(read()).rejects.toMatchObject({
    kind: 'again',
    message: expect.stringMatching(
      /^The connection to 127\.0\.0\.1:\d+(\/model\.gguf)? failed: it broke off/,
    ),
  })
  expect(asked.filter(second)).toHaveLength(limits.mostFailures)
})

test('a source that hardly gives anything is given up', async () => {
  misbehave = (range, response) => {
    response.writeHead(206, headersOf(range))
    let at = range.start
    const timer = setInterval(() => response.write(file.subarray(at, ++at)), 20)
    response.once('close', () => clearInterval(timer))
  }
  const impatient = { ...limits, slowMs: 150, mostFailures: 2 }
  await expect(read(whole, { patience: impatient })).rejects.toMatchObject({
    kind: 'again',
    message: expect.stringContaining('hardly anything came'),
  })
})

test.each<[string, Answer]>([
  [
    'with another tag',
    (range, response) => response.writeHead(206, headersOf(range, { etag: '"two"' })).end(file),
  ],
  [
    'with another size',
    (range, response) =>
      response
        .writeHead(206, headersOf(range, { 'content-range': `bytes ${range.start}-${range.end}/7000000` }))
        .end(file),
  ],
  [
    'as a whole, as If-Range asks',
    (_range, response) => response.writeHead(200, { etag: '"two"' }).end('another'),
  ],
  ['that has become shorter', (_range, response) => response.writeHead(416).end()],
])('another content, %s, is never mixed with the first', async (_how, answer) => {
  misbehave = (range, response) => (range.start >= 5 * rangeBytes ? answer(range, response) : false)
  const got: Uint8Array[] = []
  const reading = async () => {
    for await (const chunk of reader().read(whole)) got.push(Buffer.from(chunk))
  }
  await expect(reading()).rejects.toMatchObject({
    kind: 'changed',
    message: expect.stringContaining('changed'),
  })
  const before = Buffer.concat(got)
  expect(before.equals(file.subarray(0, before.length))).toBe(true)
})

test('a source that is busy gets fewer connections', async () => {
  const refuse: Answer = (_range, response) => response.writeHead(429).end()
  misbehave = together(4, refuse)
  expect((await read()).equals(file)).toBe(true)
  expect(asked).toHaveLength(4 + Math.ceil(file.length / rangeBytes))
  expect(mostAfter).toBeLessThanOrEqual(2)
})

test('a source that asks for a long pause is left alone', async () => {
  misbehave = (range, response) =>
    second(range) ? response.writeHead(503, { 'retry-after': '60' }).end() : false
  await expect(read()).rejects.toMatchObject({ kind: 'again', waitMs: 60_000 })
  expect(asked.filter(second)).toHaveLength(1)
})

test('a file that is gone is not asked for again', async () => {
  misbehave = (range, response) => (second(range) ? response.writeHead(404).end() : false)
  await expect(read()).rejects.toMatchObject({
    kind: 'final',
    message: expect.not.stringContaining('secret'),
  })
})

test('without a buffer, one connection gives the file', async () => {
  expect((await read(whole, { buffers: createBuffers(0, rangeBytes) })).equals(file)).toBe(true)
  expect(most).toBe(1)
})

test('buffers are given back when they are not written to any more, also by whoever leaves early', async () => {
  let used = 0
  const some = createBuffers(8, rangeBytes)
  const buffers: Buffers = {
    take() {
      const lent = some.take()
      if (!lent) return undefined
      used += 1
      const release = () => {
        used -= 1
        lent.release()
      }
      return { ...lent, release }
    },
  }
  for await (const _chunk of reader({ buffers }).read(whole)) break
  await until('all are given back', () => used === 0)
  expect((await read(whole, { buffers })).equals(file)).toBe(true)
  await until('all are given back', () => used === 0)
})

test('who reads slowly holds up the source', async () => {
  let written = 0
  misbehave = (range, response) => {
    response.writeHead(206, headersOf(range))
    response.end(file.subarray(range.start, range.end + 1), () => {
      written += range.end + 1 - range.start
    })
  }
  const chunks = reader({ connections: 1, buffers: createBuffers(0, rangeBytes) }).read(whole)
  await chunks.next()
  expect(written).toBeLessThanOrEqual(rangeBytes)
  await chunks.return(undefined)
})

test('whoever is told to stop stops', async () => {
  const leaving = new AbortController()
  misbehave = (range, response) =>
    second(range) ? response.writeHead(206, headersOf(range)).flushHeaders() : false
  const reading = read(whole, { signal: leaving.signal })
  leaving.abort(new Error('cancelled'))
  await expect(reading).rejects.toThrow('cancelled')
})
