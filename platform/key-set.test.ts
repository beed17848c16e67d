import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKeySet } from './key-set.ts'

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }
let server: Server
let url: string
let published: string[]
let requests: number
let isAway: boolean

beforeEach(async () => {
  published = ['one']
  requests = 0
  isAway = false
  server = createServer((_request, response) => {
    requests += 1
    if (isAway) response.writeHead(503).end()
    else response.end(JSON.stringify({ keys: published.map((kid) => ({ ...jwk, kid })) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
})
afterEach(() => server.close())

test('reads the keys once, for however many ask', async () => {
  const keys = createKeySet(url)
  const found = await Promise.all([keys.find('one'), keys.find('one'), keys.find('one')])
  expect(new Set(found).size).toBe(1)
  expect(found[0]).toContain('BEGIN PUBLIC KEY')
  await keys.find('one')
  expect(requests).toBe(1)
})

test('made-up key ids cost the issuer one request, and keep out no known key', async () => {
  const keys = createKeySet(url, { freshMs: 0 })
  await keys.find('one')
  const before = requests
  const found = await Promise.all(Array.from({ length: 100 }, (_, index) => keys.find(`made-up-${index}`)))
  expect(new Set(found)).toEqual(new Set([undefined]))
  expect(requests - before).toBeLessThanOrEqual(1)
  expect(await keys.find('one')).toBeDefined()
})

test('a key that is published later is found after the pause', async () => {
  const keys = createKeySet(url, { pauseMs: 0 })
  expect(await keys.find('two')).toBeUndefined()
  published = ['one', 'two']
  expect(await keys.find('two')).toBeDefined()
})

test('a key that is withdrawn is no longer found when the set is read again', async () => {
  const keys = createKeySet(url, { freshMs: 0, pauseMs: 0 })
  expect(await keys.find('one')).toBeDefined()
  published = ['two']
  expect(await keys.find('one')).toBeUndefined()
})

test('while the issuer is away a known key stays usable, for a time; an unknown one is not told to be wrong', async () => {
  const patient = createKeySet(url, { freshMs: 0, pauseMs: 0, retryMs: 0 })
  const strict = createKeySet(url, { freshMs: 0, pauseMs: 0, retryMs: 0, usableMs: 0 })
  await Promise.all([patient.find('one'), strict.find('one')])
  isAway = true
  expect(await patient.find('one')).toBeDefined()
  await expect(patient.find('two')).rejects.toThrow()
  await expect(strict.find('one')).rejects.toThrow()
  isAway = false
  expect(await strict.find('two')).toBeUndefined()
})
