import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { first, isExpired, ofDownload } from './conduct.ts'
import { contentOf, digestOf, longModel } from './content.ts'
import { bytesAgain, coveredBytes } from './coverage.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const file = Buffer.from('0123456789')
const content = contentOf(file)
let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(() => upstream.close())

const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers })
  return {
    status: response.status,
    range: response.headers.get('content-range'),
    text: await response.text(),
  }
}

describe('a good upstream', () => {
  it('gives the whole, a range of it, and a range of this very content alone', async () => {
    const url = upstream.offer('good', file)
    expect(await get(url)).toEqual({ status: 200, range: null, text: '0123456789' })
    const two = { status: 206, range: 'bytes 2-3/10', text: '23' }
    expect(await get(url, { range: 'bytes=2-3' })).toEqual(two)
    expect(await get(url, { range: 'bytes=2-3', 'if-range': content.etag })).toEqual(two)
    expect(await get(url, { range: 'bytes=2-3', 'if-range': '"other"' })).toMatchObject({ status: 200 })
    expect(await get(url, { 'if-match': '"other"' })).toMatchObject({ status: 412 })
    expect(await get(url, { range: 'bytes=8-' })).toMatchObject({ text: '89' })
    expect(await get(url, { range: 'bytes=10-' })).toEqual({ status: 416, range: 'bytes */10', text: '' })
    expect(upstream.given('good').map(({ start, bytes }) => [start, bytes])).toEqual([
      [0, 10],
      [2, 2],
      [2, 2],
      [0, 10],
      [0, 0],
      [8, 2],
      [0, 0],
    ])
  })

  it('gives no file faster than at its pace, in all answers together', async () => {
    const slow = await startUpstream({ bytesPerSecond: 2_000_000 })
    const url = slow.offer('slow', Buffer.alloc(500_000))
    const begunAt = performance.now()
    await Promise.all([get(url), get(url)])
    expect(performance.now() - begunAt).toBeGreaterThan(300)
    slow.offer('slower', Buffer.alloc(500_000))
    slow.setPace('slower', 1_000_000)
    const againAt = performance.now()
    await get(`${slow.url}/slower`)
    expect(performance.now() - againAt).toBeGreaterThan(300)
    await slow.close()
  })
})

describe('a bad upstream', () => {
  it('answers as told, and then well', async () => {
    const conduct = first(2, { status: 503, headers: { 'retry-after': '1' } })
    const url = upstream.offer('busy', file, conduct)
    const statuses = [await get(url), await get(url), await get(url)].map(({ status }) => status)
    expect(statuses).toEqual([503, 503, 200])
  })

  it('ignores ranges, shifts them, and says what is not so', async () => {
    const range = { range: 'bytes=2-3' }
    const ignoring = upstream.offer('ignoring', file, () => ({ ignoresRanges: true }))
    expect(await get(ignoring, range)).toMatchObject({ status: 200, text: '0123456789' })
    const shifting = upstream.offer('shifting', file, () => ({ shiftedBytes: 1 }))
    expect(await get(shifting, range)).toEqual({ status: 206, range: 'bytes 3-4/10', text: '34' })
    const headers = { 'content-range': 'bytes 0-1/99', etag: null }
    const lying = upstream.offer('lying', file, () => ({ headers }))
    expect(await get(lying, range)).toEqual({ status: 206, range: 'bytes 0-1/99', text: '23' })
    expect((await fetch(lying)).headers.get('etag')).toBeNull()
  })

  it('breaks off, ends early, and closes without an answer', async () => {
    for (const by of ['reset', 'end'] as const) {
      const url = upstream.offer(by, file, () => ({ cut: { afterBytes: 3, by } }))
      await expect(get(url)).rejects.toThrow()
      expect(upstream.given(by)).toMatchObject([{ status: 200, bytes: 3 }])
    }
    const closed = upstream.offer('closed', file, () => ({ hangsUp: true }))
    await expect(get(closed)).rejects.toThrow()
    expect(upstream.given('closed')).toMatchObject([{ status: undefined, bytes: 0 }])
  })

  it('stalls until its reader leaves', async () => {
    const url = upstream.offer('stalling', file, () => ({ cut: { afterBytes: 3, by: 'stall' } }))
    const leaving = new AbortController()
    const response = await fetch(url, { signal: leaving.signal })
    const reader = response.body?.getReader()
    expect((await reader?.read())?.value).toEqual(new Uint8Array(Buffer.from('012')))
    const rest = reader?.read()
    leaving.abort()
    await expect(rest).rejects.toThrow()
  })

  it('leaves requests for a header alone', () => {
    const conduct = ofDownload((request) => ({ status: 500 + request }))
    const ask = (start: number, end: number) =>
      conduct({ start, end, number: 1, query: new URLSearchParams(), givenBytes: 0 }).status
    expect([ask(0, 4), ask(0, 10 ** 8), ask(4, 10 ** 8)]).toEqual([undefined, 501, 502])
  })

  it('is away, and comes back', async () => {
    const url = upstream.offer('back', file)
    upstream.away(true)
    await expect(get(url)).rejects.toThrow()
    upstream.away(false)
    expect(await get(url)).toMatchObject({ status: 200 })
  })
})

it('knows when a signed address is over', () => {
  const signed = new URLSearchParams({ 'X-Amz-Date': '20260102T030405Z', 'X-Amz-Expires': '60' })
  const at = Date.UTC(2026, 0, 2, 3, 4, 5)
  expect([59_000, 60_000].map((later) => isExpired(signed, at + later))).toEqual([false, true])
  expect(isExpired(new URLSearchParams(), at)).toBe(true)
})

describe('a long model', () => {
  const sizeBytes = 6_000_000
  const { bytes, etag } = longModel(sizeBytes, 'one')

  it('is the same in whatever pieces it is read, and another for another mark', () => {
    const whole = bytes(0, sizeBytes)
    expect(whole.subarray(0, 4).toString()).toBe('GGUF')
    expect(digestOf(longModel(sizeBytes, 'one'))).toBe(createHash('sha256').update(whole).digest('hex'))
    for (const [start, end] of [
      [3_999_990, 4_000_017],
      [4_000_003, 4_000_005],
      [5_123_457, 6_000_000],
    ] as const) {
      expect(bytes(start, end).equals(whole.subarray(start, end))).toBe(true)
    }
    expect(longModel(sizeBytes, 'two').etag).not.toBe(etag)
    expect(digestOf(longModel(sizeBytes, 'two'))).not.toBe(digestOf(longModel(sizeBytes, 'one')))
  })
})

describe('coverage', () => {
  const pieces = [
    { start: 0, bytes: 10 },
    { start: 20, bytes: 5 },
    { start: 8, bytes: 4 },
  ]

  it('counts each byte once', () => {
    expect(coveredBytes(pieces)).toBe(17)
    expect(coveredBytes([])).toBe(0)
  })

  it('tells for each stretch what was given before', () => {
    expect(bytesAgain(pieces)).toEqual([2])
    expect(bytesAgain(pieces, [2])).toEqual([0, 2])
    expect(bytesAgain([...pieces, ...pieces], [2, 3])).toEqual([0, 2, 19])
  })
})
