import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type PutPart, putPart } from './put-part.ts'
import { type UploadGraph, uploadFile } from './upload.ts'
import { UploadRefused } from './upload-errors.ts'

const partSizeBytes = 4
const content = 'GGUF 0123456789'
const file = new Blob([content])
const partCount = 4
const sha256 = createHash('sha256').update(content).digest('hex')

/** A store and a graph in front of it, as far as an upload meets them. */
function createBerth(uploadedParts: number[] = []) {
  const parts = new Map<number, string>()
  for (const number of uploadedParts) parts.set(number, content.slice((number - 1) * 4, number * 4))
  const signed: number[] = []
  const completed: string[] = []
  const graph: UploadGraph = {
    begin: async () => ({ id: 'one', partSizeBytes, partCount, uploadedParts: [...parts.keys()] }),
    async sign(_id, numbers) {
      signed.push(...numbers)
      return numbers.map((number) => ({ number, url: `https://store.example/${number}` }))
    },
    async complete(_id, digest) {
      completed.push(digest)
      return [1, 2, 3, 4].filter((number) => !parts.has(number))
    },
  }
  const put: PutPart = async ({ url, body, onProgress }) => {
    onProgress(body.size)
    parts.set(Number(url.split('/').at(-1)), await body.text())
    return 200
  }
  return { graph, put, signed, completed, whole: () => [1, 2, 3, 4].map((one) => parts.get(one)).join('') }
}

const pause = async () => undefined

test('a file arrives in parts, with its digest', async () => {
  const berth = createBerth()
  const { done } = uploadFile({ file, ...berth, pause })
  expect(await done).toMatchObject({ phase: 'done', bytesSent: content.length, problem: null })
  expect(berth.whole()).toBe(content)
  expect(berth.completed).toEqual([sha256])
})

test('what the store has is not sent again, and counts from the start', async () => {
  const berth = createBerth([1, 3])
  const seen: number[] = []
  const { state$, done } = uploadFile({ file, ...berth, pause })
  state$.subscribe(() => seen.push(state$.get().bytesSent))
  await done
  expect(berth.signed.toSorted()).toEqual([2, 4])
  expect(seen[0]).toBe(8)
  expect(berth.whole()).toBe(content)
})

test('at most three parts are under way at once', async () => {
  const berth = createBerth()
  const three = Promise.withResolvers<void>()
  let underway = 0
  let most = 0
  const put: PutPart = async (request) => {
    most = Math.max(most, ++underway)
    if (underway === 3) three.resolve()
    await three.promise
    const status = await berth.put(request)
    underway--
    return status
  }
  await uploadFile({ file, graph: berth.graph, put, pause }).done
  expect(most).toBe(3)
})

test.each([0, 403, 500, 503])('a part that is answered with %i is signed and sent again', async (status) => {
  const berth = createBerth()
  let failures = 2
  const put: PutPart = (request) => (failures-- > 0 ? Promise.resolve(status) : berth.put(request))
  const problems = new Set<string | null>()
  const { state$, done } = uploadFile({ file, graph: berth.graph, put, pause })
  state$.subscribe(() => problems.add(state$.get().problem))
  expect(await done).toMatchObject({ phase: 'done', bytesSent: content.length, problem: null })
  expect([...problems].some((problem) => problem?.includes('tried again'))).toBe(true)
  expect(berth.signed).toHaveLength(6)
})

test('a graph that is away is asked again', async () => {
  const berth = createBerth()
  let failures = 3
  const begin = () => (failures-- > 0 ? Promise.reject(new Error('away')) : berth.graph.begin())
  const pauses: number[] = []
  const waits = async (ms: number) => void pauses.push(ms)
  const { done } = uploadFile({ file, put: berth.put, graph: { ...berth.graph, begin }, pause: waits })
  expect(await done).toMatchObject({ phase: 'done' })
  expect(pauses).toEqual([1_000, 2_000, 4_000])
})

test('an upload that the store has lost is begun anew, but not for ever', async () => {
  const berth = createBerth()
  let losses = 2
  let begun = 0
  const begin = () => {
    begun++
    return berth.graph.begin()
  }
  const put: PutPart = (request) => (losses-- > 0 ? Promise.resolve(404) : berth.put(request))
  const once = uploadFile({ file, put, graph: { ...berth.graph, begin }, pause })
  expect(await once.done).toMatchObject({ phase: 'done', bytesSent: content.length })
  expect(begun).toBeGreaterThan(1)
  const always = uploadFile({ file, put: async () => 404, graph: createBerth().graph, pause })
  expect(await always.done).toMatchObject({
    phase: 'failed',
    problem: expect.stringContaining('loses parts'),
  })
})

test('parts that the store lost meanwhile are sent once more', async () => {
  const berth = createBerth()
  let lost = true
  const complete: UploadGraph['complete'] = async (id, digest) => {
    if (!lost) return berth.graph.complete(id, digest)
    lost = false
    return [2]
  }
  const { done } = uploadFile({ file, put: berth.put, graph: { ...berth.graph, complete }, pause })
  expect(await done).toMatchObject({ phase: 'done', bytesSent: content.length })
  expect(berth.signed.filter((number) => number === 2)).toHaveLength(2)
})

describe('it ends', () => {
  test('when the graph refuses', async () => {
    const berth = createBerth()
    const sign = () => Promise.reject(new UploadRefused('There is no upload one.'))
    const { done } = uploadFile({ file, put: berth.put, graph: { ...berth.graph, sign }, pause })
    expect(await done).toMatchObject({ phase: 'failed', problem: 'There is no upload one.' })
  })

  test('when it is cancelled, also amid a pause and amid a part', async () => {
    const berth = createBerth()
    const hangs: PutPart = ({ signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(0)))
    for (const put of [hangs, async () => 503]) {
      const upload = uploadFile({ file, graph: berth.graph, put })
      await expect.poll(() => upload.state$.get().phase).toBe('sending')
      upload.cancel()
      expect(await upload.done).toMatchObject({ phase: 'cancelled', problem: null })
    }
    expect(berth.completed).toEqual([])
  })

  test('when the file cannot be read any more', async () => {
    const berth = createBerth()
    const gone = new Blob([content])
    gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('gone')) })
    const state = await uploadFile({ file: gone, graph: berth.graph, put: berth.put, pause }).done
    expect(state).toMatchObject({ phase: 'failed', problem: expect.stringContaining('choose it again') })
  })
})

describe('a request of the browser', () => {
  afterEach(() => vi.unstubAllGlobals())

  /** XMLHttpRequest as far as it is used; it answers when it is told to. */
  class Request {
    static last: Request
    status = 0
    upload: { onprogress?: (event: { loaded: number }) => void } = {}
    onloadend?: () => void
    sent: unknown
    constructor() {
      Request.last = this
    }
    open(method: string, url: string) {
      this.sent = { method, url }
    }
    send(body: Blob) {
      this.sent = { ...(this.sent as object), body }
    }
    abort() {
      this.onloadend?.()
    }
  }

  test('tells its progress and its status', async () => {
    vi.stubGlobal('XMLHttpRequest', Request)
    const told: number[] = []
    const { signal } = new AbortController()
    const answer = putPart({ url: 'u', body: file, signal, onProgress: (bytes) => told.push(bytes) })
    Request.last.upload.onprogress?.({ loaded: 7 })
    Request.last.status = 200
    Request.last.onloadend?.()
    expect(await answer).toBe(200)
    expect(told).toEqual([7])
    expect(Request.last.sent).toEqual({ method: 'PUT', url: 'u', body: file })
  })

  test('is given up when it is told to, and when nothing moves', async () => {
    vi.stubGlobal('XMLHttpRequest', Request)
    const stop = new AbortController()
    const request = { url: 'u', body: file, onProgress: () => undefined }
    const answer = putPart({ ...request, signal: stop.signal })
    stop.abort()
    expect(await answer).toBe(0)
    vi.useFakeTimers()
    const stalled = putPart({ ...request, signal: new AbortController().signal })
    vi.advanceTimersByTime(60_000)
    vi.useRealTimers()
    expect(await stalled).toBe(0)
  })
})
