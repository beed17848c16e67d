import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { type Hub as KitHub, startHub } from '@berth/kit/hub'
import { listen } from '@berth/kit/listen'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createGuard, type Guard } from './guard.ts'
import { createOrigins, type Origins } from './origin.ts'
import type { SourceSettings } from './settings.ts'
import { signedFile } from './signed-file.ts'

const token = 'hf_a-token-that-nobody-may-see'
const key = 'a-key-that-nobody-may-see'
const file = Buffer.from('GGUF, and more of it')
const sha256 = createHash('sha256').update(file).digest('hex')

let hub: KitHub
let guard: Guard
let base: string
/** What came to the host that SOURCE_HEADERS is about, and to any other. */
let asked: IncomingMessage[] = []

const host = createServer((request, response) => {
  asked.push(request)
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://host')
  const to = searchParams.get('to')
  if (to) return response.writeHead(302, { location: to }).end()
  if (pathname.startsWith('/refuses')) return response.writeHead(405).end()
  if (pathname === '/private' && request.headers['x-key'] !== key) return response.writeHead(403).end()
  return response.end(file)
})

beforeAll(async () => {
  hub = await startHub({ token })
  base = `http://127.0.0.1:${await listen(host)}`
})
beforeEach(() => {
  asked = []
  hub.requests.length = 0
})
afterAll(async () => {
  await guard?.close()
  await hub?.close()
  host.close()
  host.closeAllConnections()
})

/** @param allow where the guard lets go to; the hub itself is configuration and needs no mention */
async function origins(settings: Partial<SourceSettings> = {}, allow = ['127.0.0.1']): Promise<Origins> {
  await guard?.close()
  guard = createGuard(allow)
  return createOrigins(
    { UPSTREAMS: [], BERTH_SOURCE_ALLOW: allow, HUB_URL: new URL(hub.url), SOURCE_HEADERS: [], ...settings },
    guard,
  )
}

const withKey = (origin: string) => ({ SOURCE_HEADERS: [{ origin, headers: { 'x-key': key } }] })

/** The message of a failure, which holds no secret. */
async function failureOf(answer: Promise<unknown>): Promise<string> {
  const failure: unknown = await answer.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Error)
  const { message } = failure as Error
  expect(message).not.toMatch(/nobody-may-see/)
  return message
}

async function read(from: Origins, uri: string): Promise<string> {
  const { body } = await from.fetch(await from.sign(uri))
  return body.text()
}

test("a hub's file is found with its digest, its size and its commit, and comes from the network", async () => {
  const commit = hub.push('acme/tiny', 'q4/tiny.gguf', file)
  const from = await origins({ HUB_TOKEN: token })
  const { uri, signed, ...announced } = await from.locate('hf://acme/tiny/q4/tiny.gguf')
  expect(announced).toEqual({ sha256, sizeBytes: file.length })
  expect(uri).toBe(`hf://acme/tiny@${commit}/q4/tiny.gguf`)
  expect(signed).toMatchObject({ fromHub: true, expiresAt: expect.any(Number) })
  const { body, partial } = await from.fetch(signed, { range: { start: 6, end: 8 } })
  expect([await body.text(), partial]).toEqual(['and', true])
})

test('the token is for the hub, and for nobody that it redirects to', async () => {
  hub.push('acme/private', 'a.gguf', file, { gated: 'for the token' })
  const from = await origins({ HUB_TOKEN: token, ...withKey(base) })
  expect(await read(from, 'hf://acme/private/a.gguf')).toBe(file.toString())
  expect(hub.requests.map(({ to, method, authorization }) => [to, method, authorization])).toEqual([
    ['hub', 'HEAD', `Bearer ${token}`],
    ['network', 'GET', undefined],
  ])
})

test('a signed address holds no token, and is signed again when it is refused', async () => {
  hub.push('acme/tiny', 'a.gguf', file)
  const from = await origins({ HUB_TOKEN: token })
  const signed = await from.sign('hf://acme/tiny/a.gguf')
  expect(JSON.stringify(signed)).not.toContain(token)
  hub.expireAddresses()
  await expect(from.fetch(signed)).rejects.toMatchObject({ kind: 'resign' })
  expect(await read(from, 'hf://acme/tiny/a.gguf')).toBe(file.toString())
})

test("a file's ranges go on where the network refuses the address", async () => {
  hub.push('acme/tiny', 'a.gguf', file)
  const from = await origins({ HUB_TOKEN: token })
  const { uri, signed } = await from.locate('hf://acme/tiny/a.gguf')
  const { etag = '', totalBytes = 0, body } = await from.fetch(signed, { range: { start: 0, end: 0 } })
  body.destroy()
  const ranged = signedFile(from, { uri, signed, content: { etag, totalBytes } })
  hub.expireAddresses()
  const range = await ranged.ask({ start: 6, end: 8 }, AbortSignal.timeout(60_000))
  expect([await range.body.text(), range.partial]).toEqual(['and', true])
})

test('a push in between changes nothing: the commit is held fast', async () => {
  hub.push('acme/moving', 'a.gguf', file)
  const from = await origins()
  const { uri } = await from.locate('hf://acme/moving@main/a.gguf')
  hub.push('acme/moving', 'a.gguf', Buffer.from('GGUF of another day'))
  expect(await read(from, uri)).toBe(file.toString())
  expect(await read(from, 'hf://acme/moving/a.gguf')).toBe('GGUF of another day')
})

test("the page of a file at the hub stands for the file, and the hub's own renames are followed", async () => {
  hub.push('acme/old-name', 'a.gguf', file)
  hub.rename('acme/old-name', 'acme/new-name')
  const from = await origins()
  expect(await read(from, `${hub.url}/acme/new-name/blob/main/a.gguf`)).toBe(file.toString())
  expect(await read(from, 'hf://acme/old-name/a.gguf')).toBe(file.toString())
})

test('a file that git keeps itself has no digest', async () => {
  hub.push('acme/small', 'a.gguf', file, { sha256: null })
  const from = await origins()
  expect(await from.locate('hf://acme/small/a.gguf')).toMatchObject({
    sha256: undefined,
    sizeBytes: file.length,
  })
})

test('a hub that gives files itself is asked for the commit, with the token', async () => {
  const commit = 'c'.repeat(40)
  const urls: string[] = []
  const plain = createServer(({ url = '', headers, method }, response) => {
    urls.push(`${method} ${url}`)
    if (headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end()
    return response.writeHead(200, { 'x-repo-commit': commit, 'content-length': file.length }).end(file)
  })
  const url = `http://127.0.0.1:${await listen(plain)}`
  const from = await origins({ HUB_URL: new URL(`${url}/hf`), HUB_TOKEN: token }, [])
  const { signed, sizeBytes } = await from.locate('hf://acme/tiny/a.gguf')
  expect([signed.expiresAt, sizeBytes]).toEqual([null, file.length])
  const { body } = await from.fetch(signed)
  expect(await body.text()).toBe(file.toString())
  expect(urls).toEqual([
    'HEAD /hf/acme/tiny/resolve/main/a.gguf',
    `GET /hf/acme/tiny/resolve/${commit}/a.gguf`,
  ])
  plain.close()
  plain.closeAllConnections()
})

test('where a hub redirects to has to be public https, unless it is allowed', async () => {
  hub.push('acme/tiny', 'a.gguf', file)
  const { port } = new URL(hub.url)
  const from = await origins({}, [`127.0.0.1:${port}`])
  const signed = await from.sign('hf://acme/tiny/a.gguf')
  expect(await failureOf(from.fetch(signed))).toMatch(/only https is safe/)
})

test.each([
  [undefined, 'acme/gated', /acme\/gated is gated.*platform engineer sets HUB_TOKEN/],
  ['wrong', 'acme/gated', /acme\/gated is gated.*HUB_TOKEN.*the present one may not/],
  [undefined, 'acme/nothing', /shows no repository acme\/nothing \(status 401\).*HUB_TOKEN/],
  [token, 'acme/nothing', /shows no repository acme\/nothing \(status 404\)/],
  [token, 'acme/gated@v9', /has no revision v9 of acme\/gated/],
  [token, 'acme/gated/other', /does not have the file other\/a\.gguf in the revision main/],
])('with the token %s, %s fails: %s', async (given, place, why) => {
  hub.push('acme/gated', 'a.gguf', file, { gated: 'for the token' })
  const from = await origins(given ? { HUB_TOKEN: given } : {})
  const failure = from.locate(`hf://${place}/a.gguf`)
  await expect(failure).rejects.toMatchObject({ kind: 'final' })
  expect(await failureOf(failure)).toMatch(why)
})

test("a hub's limit of requests is waited for as long as it says", async () => {
  const busy = createServer((_request, response) =>
    response.writeHead(429, { ratelimit: '"resolvers";r=0;t=42' }).end(),
  )
  const from = await origins({ HUB_URL: new URL(`http://127.0.0.1:${await listen(busy)}`) })
  await expect(from.locate('hf://acme/tiny/a.gguf')).rejects.toMatchObject({ kind: 'again', waitMs: 42_000 })
  busy.close()
  busy.closeAllConnections()
})

test('a host that is no hub, and one that is not there', async () => {
  const elsewhere = await origins({ HUB_URL: new URL('http://no-such-hub.invalid') })
  await expect(elsewhere.locate('hf://acme/tiny/a.gguf')).rejects.toMatchObject({
    message: expect.stringMatching(/no-such-hub\.invalid.*(HUB_URL|looked up now)/),
  })
  const noHub = await origins({ HUB_URL: new URL(`${base}/refuses`) })
  expect(await failureOf(noHub.locate('hf://acme/tiny/a.gguf'))).toMatch(
    /status 405\).*checks that HUB_URL leads/,
  )
  const nobody = await origins({ HUB_URL: new URL('http://127.0.0.1:1') })
  await expect(nobody.locate('hf://acme/tiny/a.gguf')).rejects.toMatchObject({
    kind: 'again',
    message: expect.stringContaining('127.0.0.1:1'),
  })
})

test('headers are shown to their origin', async () => {
  const from = await origins(withKey(base))
  expect(await read(from, `${base}/private`)).toBe(file.toString())
  const signed = await from.sign(`${base}/private?sig=a-signature`)
  expect(JSON.stringify(signed)).not.toContain(key)
})

test.each([
  ['another port', () => base],
  ['another host of the same name', () => base.replace('127.0.0.1', 'localhost')],
])('headers are not shown to %s, nor on a redirect to it', async (_what, target) => {
  const first = createServer((_request, response) =>
    response.writeHead(302, { location: `${target()}/x` }).end(),
  )
  const origin = `http://127.0.0.1:${await listen(first)}`
  const from = await origins(withKey(origin), ['127.0.0.1', 'localhost'])
  expect(await read(from, `${origin}/x`)).toBe(file.toString())
  expect(asked.map(({ headers }) => headers['x-key'])).toEqual([undefined])
  first.close()
  first.closeAllConnections()
})

test('a refusal says who may put the headers where, and holds none', async () => {
  const without = await origins()
  expect(await failureOf(read(without, `${base}/private`))).toMatch(
    /status 403\); register an address that anybody may read, or have a platform engineer put headers for http:\/\/127\.0\.0\.1:\d+ into SOURCE_HEADERS/,
  )
  const wrong = await origins({
    SOURCE_HEADERS: [{ origin: base, headers: { 'x-key': 'wrong-nobody-may-see' } }],
  })
  expect(await failureOf(read(wrong, `${base}/private`))).toMatch(
    /a platform engineer puts headers that .* takes/,
  )
})

test('headers open no private address', async () => {
  const from = await origins(withKey('https://127.0.0.1'), [])
  expect(await failureOf(from.locate('https://127.0.0.1/private'))).toMatch(/no public address/)
})

const store = {
  region: 'us-east-1',
  accessKey: 'access',
  secretKey: 'a-secret-key',
  addressing: 'path' as const,
  signatureSeconds: 900,
}

test('two upstreams may have a bucket of the same name, and say where its name stands', async () => {
  const from = await origins({
    UPSTREAMS: [
      { ...store, name: 'one', bucket: 'weights', endpoint: 'https://one.example.com' },
      {
        ...store,
        name: 'two',
        bucket: 'weights',
        endpoint: 'https://two.example.com:9000',
        addressing: 'virtual-host',
        sessionToken: 'a-session',
      },
      {
        ...store,
        name: 'aws',
        bucket: 'weights',
        endpoint: 'https://s3.amazonaws.com',
        region: 'eu-central-1',
      },
    ],
  })
  const address = async (uri: string) => new URL((await from.sign(uri)).url)
  expect((await address('s3://one/a/b.gguf')).href).toMatch(
    /^https:\/\/one\.example\.com\/weights\/a\/b\.gguf\?/,
  )
  const two = await address('s3://two/a/b.gguf')
  expect(two.href).toMatch(/^https:\/\/weights\.two\.example\.com:9000\/a\/b\.gguf\?/)
  expect(two.searchParams.get('X-Amz-Security-Token')).toBe('a-session')
  expect(two.searchParams.get('X-Amz-Expires')).toBe('900')
  expect((await address('s3://aws/a.gguf')).hostname).toMatch(/^weights\.s3\..*eu-central-1\.amazonaws\.com$/)
  expect(await failureOf(from.sign('s3://weights/a.gguf'))).toMatch(/these are: one, two, aws/)
})
