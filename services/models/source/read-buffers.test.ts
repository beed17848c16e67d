import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createReadBuffers, type ReadBuffers } from './read-buffers.ts'

const bytes = 16_384
const file = randomBytes(3_000_000)
const digest = createHash('sha256').update(file).digest('hex')
let buffers: ReadBuffers
let made: Set<ArrayBufferLike>
let dispatcher: Agent
let url: string

/** With `?chunked`, in pieces that have nothing to do with how they are read. */
const server = createServer((incoming, response) => {
  if (!incoming.url?.includes('chunked')) return response.end(file)
  const pieces = Array.from({ length: 1_000 }, (_, index) =>
    file.subarray(index * 3_000, (index + 1) * 3_000),
  )
  return Readable.from(pieces).pipe(response)
})

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  made = new Set()
  buffers = createReadBuffers(bytes)
  const { buffer, callback } = buffers.onread
  const onread = {
    buffer() {
      const memory = typeof buffer === 'function' ? buffer() : buffer
      made.add(memory.buffer)
      return memory
    },
    callback,
  }
  dispatcher = new Agent({ connect: { onread } })
})
afterEach(() => dispatcher.destroy())

async function read(path: string): Promise<string> {
  const { body } = await request(url + path, { dispatcher })
  const hash = createHash('sha256')
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    buffers.recycle(chunk)
  }
  return hash.digest('hex')
}

test('a file comes through a few buffers', async () => {
  expect(await read('/')).toBe(digest)
  expect(made.size).toBeLessThan(20)
})

test('several files at once do not get into each other', async () => {
  const paths = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? '/' : '/?chunked'))
  expect(new Set(await Promise.all(paths.map(read)))).toEqual(new Set([digest]))
})

test('memory that several chunks share is left alone', async () => {
  expect(await read('/?chunked')).toBe(digest)
  const { body } = await request(url, { dispatcher })
  const kept: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    kept.push(chunk)
    // As if whoever has a part of it gave back the whole.
    buffers.recycle(chunk.subarray(0, 100))
    buffers.recycle(chunk.subarray(100))
  }
  expect(createHash('sha256').update(Buffer.concat(kept)).digest('hex')).toBe(digest)
})

test('a reader that stops for a while gets everything', async () => {
  const { body } = await request(url, { dispatcher })
  const hash = createHash('sha256')
  let count = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (count++ % 50 === 0) await once(Readable.from([1]).resume(), 'end')
    hash.update(chunk)
    buffers.recycle(chunk)
  }
  expect(hash.digest('hex')).toBe(digest)
})
