import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { putPart } from './part.ts'

const part = randomBytes(300_000)
const md5 = createHash('md5').update(part).digest('hex')
let url: string
let answer: (request: IncomingMessage, response: ServerResponse) => unknown
const server = createServer((request, response) => void answer(request, response))

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/key?partNumber=1`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

async function* chunks(bytes = part): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

test('a part is sent as it arrives, and its MD5 is told beside the ETag', async () => {
  const got: Buffer[] = []
  answer = async (request, response) => {
    for await (const chunk of request) got.push(chunk as Buffer)
    response.setHeader('etag', `"${md5}"`).end()
  }
  expect(await putPart(url, { length: part.length, bytes: chunks() })).toEqual({ etag: md5, md5 })
  expect(Buffer.concat(got).equals(part)).toBe(true)
})

test('bytes that break off break the part off, with their own error', async () => {
  answer = (request) => request.resume().on('error', () => undefined)
  async function* broken() {
    yield part
    throw new Error('The source is gone.')
  }
  const sending = putPart(url, { length: part.length * 2, bytes: broken() })
  await expect(sending).rejects.toThrow('The source is gone.')
})

test('what the store refuses, it is quoted for', async () => {
  answer = (request, response) => {
    response.writeHead(507).end('<Error><Code>XMinioStorageFull</Code></Error>')
    request.resume()
  }
  const sending = putPart(url, { length: part.length, bytes: chunks() })
  await expect(sending).rejects.toMatchObject({ code: 'XMinioStorageFull' })
})

test('a store that goes away is told by its connection', async () => {
  answer = (request) => request.socket.destroy()
  const sending = putPart(url, { length: part.length, bytes: chunks() })
  await expect(sending).rejects.toMatchObject({
    code: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET|EPIPE/),
  })
})

test('a store that takes nothing more is given up', async () => {
  answer = (request) => request.pause()
  async function* endless() {
    for (;;) yield Buffer.alloc(1_000_000)
  }
  const sending = putPart(url, { length: 10 ** 9, bytes: endless() }, { stallMs: 100, answerMs: 60_000 })
  await expect(sending).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' })
})

test('a store that does not say that it has the part is given up', async () => {
  answer = (request) => request.resume()
  const sending = putPart(url, { length: part.length, bytes: chunks() }, { stallMs: 60_000, answerMs: 100 })
  await expect(sending).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' })
})
