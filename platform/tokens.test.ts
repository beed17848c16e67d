import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import jwt from 'jsonwebtoken'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearerToken, createServiceTokens, createTokenVerifier, type TokenVerifier } from './tokens.ts'

const issuer = 'http://berth.test/auth'
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
let server: Server
let base: string
let verifier: TokenVerifier
let handed = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/jwks') {
      const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }
      response.end(JSON.stringify({ keys: [jwk] }))
    } else if (request.url === '/token') {
      handed += 1
      response.end(JSON.stringify({ access_token: `token-${handed}`, expires_in: 3600 }))
    } else response.writeHead(401).end(JSON.stringify({ error: 'invalid_client' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  verifier = createTokenVerifier({ jwksUrl: `${base}/jwks`, issuer, audiences: ['berth-api'] })
})
afterAll(() => server.close())

function sign(
  claims: object = {},
  options: jwt.SignOptions = {},
  key: KeyObject | string = pair.privateKey,
): string {
  return jwt.sign(
    {
      sub: 'ann-id',
      username: 'ann',
      role: 'USER',
      scope: 'models:read servers:read',
      tenant: 't1',
      ...claims,
    },
    key,
    { algorithm: 'RS256', keyid: 'one', issuer, audience: 'berth-api', expiresIn: 60, ...options },
  )
}

test('says who calls, and what they may', async () => {
  const caller = await verifier.verify(sign())
  expect(caller).toMatchObject({
    kind: 'user',
    subject: 'ann-id',
    username: 'ann',
    role: 'USER',
    tenantId: 't1',
  })
  expect([...caller.scopes]).toEqual(['models:read', 'servers:read'])
})

test('a role that does not exist makes no user', async () => {
  expect(await verifier.verify(sign({ role: 'EMPEROR' }))).toMatchObject({ kind: 'service', role: undefined })
})

const refused: [name: string, token: () => string, reason: string][] = [
  ['expired', () => sign({}, { expiresIn: -1 }), 'expired'],
  ['not yet valid', () => sign({}, { notBefore: 60 }), 'invalid'],
  ['of another issuer', () => sign({}, { issuer: 'http://evil.test' }), 'invalid'],
  ['for another audience', () => sign({}, { audience: 'berth-models' }), 'invalid'],
  ['signed by a stranger under a known key id', () => sign({}, {}, stranger.privateKey), 'invalid'],
  ['signed with an unknown key', () => sign({}, { keyid: 'two' }), 'invalid'],
  [
    'without a key id',
    () => sign({}, { keyid: '' }).replace(/^[^.]+/, encode({ alg: 'RS256', typ: 'JWT' })),
    'invalid',
  ],
  ['unsigned', () => `${encode({ alg: 'none', kid: 'one' })}.${encode({ sub: 'ann-id' })}.`, 'invalid'],
  ['signed by HS256 with the public key', () => hs256(), 'invalid'],
  [
    'tampered with',
    () =>
      sign().replace(/\.[^.]+\./, `.${encode({ sub: 'root', exp: 9e9, iss: issuer, aud: 'berth-api' })}.`),
    'invalid',
  ],
  [
    'that asks for an extension',
    () => sign({}, { header: { alg: 'RS256', kid: 'one', crit: ['x'] } }),
    'invalid',
  ],
  ['no token at all', () => 'word', 'invalid'],
]

test.each(refused)('refuses a token that is %s', async (_name, token, reason) => {
  await expect(verifier.verify(token())).rejects.toMatchObject({ name: 'TokenError', reason })
})

test('a caller without a token, and an issuer that is away, are other cases', async () => {
  await expect(verifier.verify(undefined)).rejects.toMatchObject({ reason: 'missing' })
  const away = createTokenVerifier({ jwksUrl: 'http://127.0.0.1:1/jwks', issuer, audiences: ['berth-api'] })
  await expect(away.verify(sign())).rejects.toMatchObject({ reason: 'unavailable' })
})

test.each([
  ['Bearer abc.def-_', 'abc.def-_'],
  ['bearer abc', 'abc'],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  [undefined, undefined],
])('reads the header %j', (header, token) => expect(bearerToken(header)).toBe(token))

test('a service token is asked for once, for each audience, scope and tenant', async () => {
  const tokens = createServiceTokens({ tokenUrl: `${base}/token`, clientId: 'models', clientSecret: 's' })
  const wanted = { audience: 'berth-servers', scope: 'servers:read' }
  const given = await Promise.all([
    tokens.get(wanted),
    tokens.get(wanted),
    tokens.get({ ...wanted, tenant: 't1' }),
  ])
  expect(new Set(given).size).toBe(2)
  expect(given[0]).toBe(given[1])
  // Until somebody will not have it.
  tokens.refused(given[0])
  expect(await tokens.get(wanted)).not.toBe(given[0])
})

test('a refusal and an absence of the auth service differ, and are not kept', async () => {
  const client = { clientId: 'models', clientSecret: 'wrong' }
  const wanted = { audience: 'berth-servers', scope: 'servers:read' }
  const refusedTokens = createServiceTokens({ tokenUrl: `${base}/elsewhere`, ...client })
  await expect(refusedTokens.get(wanted)).rejects.toMatchObject({ reason: 'invalid' })
  const away = createServiceTokens({ tokenUrl: 'http://127.0.0.1:1/', ...client })
  await expect(away.get(wanted)).rejects.toMatchObject({ reason: 'unavailable' })
})

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** The classic confusion: a verifier that lets the token choose the algorithm takes the public key for a shared secret. */
function hs256(): string {
  const secret = pair.publicKey.export({ type: 'spki', format: 'pem' })
  return jwt.sign({ sub: 'ann-id' }, String(secret), {
    algorithm: 'HS256',
    keyid: 'one',
    issuer,
    audience: 'berth-api',
    expiresIn: 60,
    allowInsecureKeySizes: true,
  })
}
