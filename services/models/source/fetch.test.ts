import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RetrievalFailure } from '../retrieval/failure.ts'
import { fetchFile, retryAfter, type Wanted } from './fetch.ts'
import { createGuard, type Guard } from './guard.ts'

const file = Buffer.from('0123456789')
let guard: Guard
let base: string

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/to') return response.writeHead(302, { location: searchParams.get('url') ?? '' }).end()
  if (pathname === '/loop') return response.writeHead(307, { location: '/loop' }).end()
  const status = Number(pathname.slice(1))
  const after = searchParams.get('after')
  if (status)
    return response.writeHead(status, after ? { 'retry-after': after } : {}).end('a page about the error')
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  if (pathname === '/whole' || !range)
    return response.writeHead(200, { 'content-length': file.length }).end(file)
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), file.length - 1)]
  const headers = { 'content-range': `bytes ${start}-${end}/${file.length}` }
  return response.writeHead(206, headers).end(file.subarray(start, end + 1))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  base = `http://127.0.0.1:${port}`
  guard = createGuard([`127.0.0.1:${port}`])
})

afterAll(async () => {
  await guard.close()
  server.close()
})

const ask = (url: string, options: Partial<Wanted> = {}) =>
  fetchFile({ url: new URL(url, base), dispatcherFor: guard.dispatcherFor, redirects: 'follow', ...options })

test('a range comes with the size of the whole', async () => {
  const { body, partial, totalBytes } = await ask('/file', { range: { start: 2, end: 4 } })
  expect([await body.text(), partial, totalBytes]).toEqual(['234', true, 10])
})

test('a source that knows no ranges gives the whole, and says so', async () => {
  const { body, partial, totalBytes } = await ask('/whole', { range: { start: 2, end: 4 } })
  expect([await body.text(), partial, totalBytes]).toEqual(['0123456789', false, 10])
})

test('a redirect is followed where it may lead', async () => {
  const { body } = await ask('/to?url=/file')
  expect(await body.text()).toBe('0123456789')
})

test('a body that is left early is no error', async () => {
  const { body } = await ask('/file')
  body.destroy()
  await new Promise((resolve) => setImmediate(resolve))
})

test.each([
  ['/404', {}, 'final', 'does not have the file'],
  ['/403', {}, 'final', 'status 403'],
  ['/403', { signed: true }, 'resign', 'signed address'],
  ['/401', {}, 'final', 'status 401'],
  ['/429', {}, 'again', 'status 429'],
  ['/503', {}, 'again', 'status 503'],
  ['/416', {}, 'final', 'empty'],
  ['/loop', {}, 'final', 'more than 5 times'],
  ['/to?url=/file', { redirects: 'refuse' }, 'final', 'status 302'],
  ['/to?url=http://127.0.0.1:1/x', {}, 'final', 'only https'],
  ['/to?url=https://127.0.0.1:1/x', {}, 'final', 'not a public address'],
  ['/to?url=https://[::ffff:10.0.0.1]/x', {}, 'final', 'not a public address'],
  ['/to?url=https://localhost/x', {}, 'final', 'not a public address'],
  ['/to?url=file:///etc/passwd', {}, 'final', 'leads to file://'],
  ['/to?url=ftp://127.0.0.1/x', {}, 'final', 'leads to ftp://'],
  ['/503?after=30', {}, 'again', 'asks to wait 30 s'],
  ['/429?after=86400', {}, 'final', 'retrieve again then'],
] as const)('%s %j fails as %s', async (path, options, kind, why) => {
  const failure: unknown = await ask(path, options).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(RetrievalFailure)
  expect(failure).toMatchObject({ kind, message: expect.stringContaining(why) })
})

test('a connection that breaks may be tried again, and its message holds no query', async () => {
  const failure: unknown = await fetchFile({
    url: new URL('http://127.0.0.1:1/x?sig=secret'),
    dispatcherFor: () => guard.trusted,
    redirects: 'follow',
  }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ kind: 'again', message: expect.not.stringContaining('secret') })
})

test('what a source asks to wait is kept for the pause', async () => {
  await expect(ask('/503?after=30')).rejects.toMatchObject({ kind: 'again', waitMs: 30_000 })
})

test('a host that does not exist, and one that speaks no TLS, are not asked again', async () => {
  const trusting = { dispatcherFor: () => guard.trusted }
  await expect(ask('https://no-such-host.invalid/x', trusting)).rejects.toMatchObject({
    message: expect.stringMatching(/no host no-such-host.invalid|looked up now/),
  })
  await expect(ask(base.replace('http', 'https'), trusting)).rejects.toMatchObject({
    kind: 'final',
    message: expect.stringContaining('does not prove who it is'),
  })
})

const now = Date.parse('2026-01-01T00:00:00Z')
test.each([
  ['120', 120_000],
  ['0', 0],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['9'.repeat(400), 0],
  ['99999999999999', 10 ** 12],
  ['-5', 0],
  ['soon', 0],
  [undefined, 0],
])('Retry-After %s is %d ms', (header, ms) => {
  expect(retryAfter(header, now)).toBe(ms)
})
