import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { createPersist } from './graph.ts'
import { Lost, sendFile } from './send.ts'

const partSizeBytes = 100_000
const content = Buffer.alloc(350_000, 'GGUF of some length. ')
const folder = mkdtempSync(join(tmpdir(), 'berth-send-'))
const path = join(folder, 'file.gguf')

let server: Server
let file: FileHandle
let parts: Map<number, Buffer>
/** What the store answers instead, one after the other. */
let answers: number[]

beforeEach(async () => {
  writeFileSync(path, content)
  file = await open(path)
  parts = new Map()
  answers = []
  server = createServer(async (request, response) => {
    const status = answers.shift() ?? 200
    if (status === 0) return void request.socket.destroy()
    const bytes = await buffer(request)
    if (status === 200) parts.set(Number(request.url?.slice(1)), bytes)
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  await file.close()
  server.closeAllConnections()
  server.close()
  rmSync(path)
})

afterAll(() => rmSync(folder, { recursive: true }))

function send(uploadedParts: number[] = [], stop = new AbortController()) {
  const sent: number[] = []
  const { signal } = stop
  const digest = sendFile({
    file,
    sizeBytes: content.length,
    upload: { id: 'one', partSizeBytes, partCount: 4, uploadedParts },
    sign: async (number) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${number}`,
    persist: createPersist({ signal, pause: async () => undefined, say: () => undefined }),
    signal,
    onSent: (bytes) => void sent.push(bytes),
  })
  return { digest, sent }
}

const whole = () => Buffer.concat([1, 2, 3, 4].map((number) => parts.get(number) ?? Buffer.alloc(0)))
const sha256 = createHash('sha256').update(content).digest('hex')

test('a file arrives in parts, and is hashed on its way', async () => {
  const { digest, sent } = send()
  expect(await digest).toBe(sha256)
  expect(whole()).toEqual(content)
  expect(sent.at(-1)).toBe(content.length)
})

test('what the store has is hashed, and not sent', async () => {
  const { digest, sent } = send([1, 4])
  expect(await digest).toBe(sha256)
  expect([...parts.keys()].sort()).toEqual([2, 3])
  expect(sent[0]).toBe(150_000)
})

test('parts that are refused, or cut off, are sent again', async () => {
  answers = [503, 0, 403, 500, 0]
  const { digest } = send()
  expect(await digest).toBe(sha256)
  expect(whole()).toEqual(content)
})

test('a store that has lost the upload ends it', async () => {
  answers = [200, 404]
  await expect(send().digest).rejects.toBeInstanceOf(Lost)
})

test('a file that changes meanwhile ends it', async () => {
  writeFileSync(path, content.subarray(1))
  await expect(send().digest).rejects.toThrow('changed while it was read')
})

test('it ends when it is told to', async () => {
  const stop = new AbortController()
  const { digest } = send([], stop)
  stop.abort(new Error('stopped'))
  await expect(digest).rejects.toThrow('stopped')
})
