import { createHash, randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { createLog } from '@berth/platform/log'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchModel } from './fetch.ts'

const model = randomBytes(300_000)
const sha256 = createHash('sha256').update(model).digest('hex')
const versionId = '3f0c5a2e-5a8e-4a3f-9d5e-6a4b3c2d1e0f'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
let folder: string
let path: string
let base: string
/** What the two services were asked for, in order. */
let asked: string[]
let answerLocation: Answer
let answerObject: Answer
let close: () => Promise<void>

const located: Answer = (_request, response) =>
  response.end(JSON.stringify({ url: `${base}/object?signature=secret`, sha256, sizeBytes: model.length }))

/** A store that takes ranges, and breaks off once `upTo` bytes of an answer are kept where told to. */
const stored =
  (content = model, upTo = Number.POSITIVE_INFINITY): Answer =>
  (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const part = content.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': part.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    })
    if (part.length <= upTo) response.end(part)
    else {
      response.write(part.subarray(0, upTo))
      const kept = until('they are kept', () => statSync(`${path}.partial`).size === from + upTo)
      void kept.finally(() => response.destroy())
    }
  }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-fetch-'))
  path = join(folder, 'model.gguf')
  await writeFile(join(folder, 'token'), 'a.token.here\n')
  asked = []
  answerLocation = located
  answerObject = stored()
  const server = createServer((request, response) => {
    const isLocation = request.url?.startsWith('/versions/') === true
    asked.push(
      isLocation ? `location ${request.headers.authorization}` : `object ${request.headers.range ?? 'all'}`,
    )
    ;(isLocation ? answerLocation : answerObject)(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  base = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  }
})
afterEach(() => close())

const fetchNow = (replaced: Partial<Parameters<typeof fetchModel>[0]> = {}) =>
  fetchModel({
    modelsUrl: base,
    versionId,
    tokenFile: join(folder, 'token'),
    sha256,
    sizeBytes: model.length,
    path,
    patienceMs: 20_000,
    log: createLog('test', 'silent'),
    signal: new AbortController().signal,
    ...replaced,
  })

test('the model is downloaded whole, and once', async () => {
  expect(await fetchNow()).toBe('downloaded')
  expect(await readFile(path)).toEqual(model)
  expect(existsSync(`${path}.partial`)).toBe(false)
  expect(asked).toEqual(['location Bearer a.token.here', 'object all'])
  expect(await fetchNow()).toBe('present')
  expect(asked).toHaveLength(2)
})

test('a broken connection goes on from its last byte, with a fresh URL and a fresh token', async () => {
  answerObject = (request, response) => {
    answerObject = stored()
    void writeFile(join(folder, 'token'), 'a.newer.token')
    stored(model, 100_000)(request, response)
  }
  await fetchNow()
  expect(await readFile(path)).toEqual(model)
  expect(asked).toEqual([
    'location Bearer a.token.here',
    'object all',
    'location Bearer a.newer.token',
    'object bytes=100000-',
  ])
})

test('a container that starts again goes on with what its predecessor left', async () => {
  await writeFile(`${path}.partial`, model.subarray(0, 200_000))
  await fetchNow()
  expect(await readFile(path)).toEqual(model)
  expect(asked[1]).toBe('object bytes=200000-')
})

test('a partial file that is longer than the model is not used', async () => {
  await writeFile(`${path}.partial`, Buffer.concat([model, model]))
  await fetchNow()
  expect(await readFile(path)).toEqual(model)
  expect(asked[1]).toBe('object all')
})

test('a store that takes no ranges sends everything again', async () => {
  await writeFile(`${path}.partial`, model.subarray(0, 200_000))
  answerObject = (_request, response) => response.end(model)
  await fetchNow()
  expect(await readFile(path)).toEqual(model)
})

test('a partial file with wrong bytes is found out, and downloaded again', async () => {
  await writeFile(`${path}.partial`, Buffer.alloc(1_000))
  await fetchNow()
  expect(await readFile(path)).toEqual(model)
  expect(asked.at(-1)).toBe('object all')
})

test('an expired URL is asked for again', async () => {
  answerObject = (_request, response) => {
    answerObject = stored()
    response.writeHead(403).end()
  }
  await fetchNow()
  expect(asked).toHaveLength(4)
})

test('outages of the models service are waited out', async () => {
  let failures = 3
  answerLocation = (request, response) => {
    failures -= 1
    if (failures > 0) response.writeHead(failures === 2 ? 503 : 429).end()
    else located(request, response)
  }
  expect(await fetchNow()).toBe('downloaded')
})

test.each([
  [401, /does not accept the token/],
  [403, /does not let this token read models/],
  [404, /has no version 3f0c5a2e/],
])('a refusal with %i ends after a few tries, with its reason', async (status, why) => {
  answerLocation = (_request, response) => response.writeHead(status).end()
  await expect(fetchNow()).rejects.toThrow(why)
  expect(asked).toHaveLength(4)
  expect(existsSync(path)).toBe(false)
})

test('other bytes than the approved ones never get the final name', async () => {
  answerObject = stored(randomBytes(300_000))
  await expect(fetchNow()).rejects.toThrow(/not the approved model/)
  expect(existsSync(path)).toBe(false)
})

test('a version with another digest than the approved one is not even downloaded', async () => {
  answerLocation = (_request, response) =>
    response.end(JSON.stringify({ url: `${base}/object`, sha256: 'f'.repeat(64), sizeBytes: model.length }))
  await expect(fetchNow()).rejects.toThrow(/another digest/)
  expect(asked).toHaveLength(1)
})

test('when nothing comes for too long it gives up, and says what went wrong without the URL', async () => {
  answerObject = (_request, response) => response.destroy()
  const failure = await fetchNow({ patienceMs: 500 }).catch((error: unknown) => error)
  expect(String(failure)).toMatch(/object store/)
  expect(String(failure)).not.toContain('signature')
})

test('a volume that is not there is told as that', async () => {
  await expect(fetchNow({ path: join(folder, 'nowhere', 'model.gguf') })).rejects.toThrow(/mount the volume/)
})
