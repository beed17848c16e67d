import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { digest } from '@berth/platform/digest'
import { createJwtVerifier } from '@berth/platform/tokens'
import { contractTerms } from '@berth/schema/modelserve.ts'
import jwt, { type SignOptions } from 'jsonwebtoken'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stillHolds } from '../modelserve/contract.ts'
import type { ModelServeResource } from '../modelserve/resource.ts'
import { type AdmissionRequest, admissionRequest, type Contract, decide } from './decision.ts'

const issuer = 'http://127.0.0.1:4000/contract'
const serverId = '11111111-2222-4333-8444-555555555555'
const tenant = 'aaaaaaaa-2222-4333-8444-555555555555'
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 })

let server: Server
let contract: Contract
let stored: unknown

beforeAll(async () => {
  const jwk = {
    ...createPublicKey(ours.privateKey).export({ format: 'jwk' }),
    kid: 'k',
    use: 'sig',
    alg: 'RS256',
  }
  server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  contract = {
    verify: createJwtVerifier({
      jwksUrl: `http://127.0.0.1:${port}/`,
      issuer,
      audiences: ['berth-operator'],
    }),
    read: async () => stored,
  }
})
afterAll(() => {
  server.close()
})

const spec = {
  serverId,
  model: { name: 'storyteller', versionId: 'v', uri: 's3://models/x', sha256: 'a', sizeBytes: 4 },
  runtime: { contextSize: 2048, threads: 2 },
  replicas: 1,
}
const namespace = 'berth-acme'

function modelServe(change: { token?: string; spec?: object; labels?: object; metadata?: object } = {}) {
  const merged = { ...spec, ...change.spec }
  return {
    apiVersion: 'berth.dev/v1alpha1',
    kind: 'ModelServe',
    metadata: {
      name: 'fox',
      namespace,
      labels: { 'berth.dev/server-id': serverId, 'berth.dev/tenant': tenant, ...change.labels },
      ...(change.token && { annotations: { 'berth.dev/contract': change.token } }),
      ...change.metadata,
    },
    spec: merged,
  }
}

function digestOf({ metadata, spec }: ReturnType<typeof modelServe>): string {
  return digest(contractTerms({ namespace, name: metadata.name }, spec))
}

const bound = digestOf(modelServe())

function sign(claims: object = {}, options: SignOptions = {}, key = ours.privateKey): string {
  return jwt.sign({ tenant, digest: bound, maxReplicas: 3, ...claims }, key, {
    algorithm: 'RS256',
    keyid: 'k',
    issuer,
    audience: 'berth-operator',
    subject: serverId,
    expiresIn: 3600,
    ...options,
  })
}

const request = (given: object): AdmissionRequest =>
  admissionRequest.parse({ uid: 'u', operation: 'CREATE', namespace, name: 'fox', ...given })
const codeOf = async (given: object) => (await decide(request(given), contract)).code

const good = sign()
const expired = sign({}, { expiresIn: -10 })

describe('creating', () => {
  test.each<[string, ReturnType<typeof modelServe>, string]>([
    ['with its contract', modelServe({ token: good }), 'allowed'],
    ['with as many replicas as allowed', modelServe({ token: good, spec: { replicas: 3 } }), 'allowed'],
    ['with more', modelServe({ token: good, spec: { replicas: 4 } }), 'replicas'],
    ['without', modelServe(), 'missing'],
    ['expired', modelServe({ token: expired }), 'expired'],
    ['forged by another key', modelServe({ token: sign({}, {}, theirs.privateKey) }), 'invalid'],
    ['unknown key', modelServe({ token: sign({}, { keyid: 'other' }) }), 'invalid'],
    ['of another issuer', modelServe({ token: sign({}, { issuer: 'http://other' }) }), 'invalid'],
    ['for another audience', modelServe({ token: sign({}, { audience: 'berth-servers' }) }), 'invalid'],
    ['no token at all', modelServe({ token: 'not-a-token' }), 'invalid'],
    ['without claims', modelServe({ token: sign({ digest: undefined }) }), 'invalid'],
    ['another model', modelServe({ token: good, spec: { model: { ...spec.model, sha256: 'b' } } }), 'digest'],
    [
      'another name',
      modelServe({ token: good, metadata: { name: 'wolf', annotations: { 'berth.dev/contract': good } } }),
      'digest',
    ],
    ['a foreign tenant', modelServe({ token: good, labels: { 'berth.dev/tenant': 'other' } }), 'tenant'],
    [
      'a foreign server label',
      modelServe({ token: good, labels: { 'berth.dev/server-id': 'other' } }),
      'label',
    ],
    ['for another server', modelServe({ token: sign({}, { subject: 'other' }) }), 'server'],
  ])('%s', async (_what, object, code) => {
    expect(await codeOf({ object })).toBe(code)
  })

  test('in another namespace', async () => {
    expect(await codeOf({ object: modelServe({ token: good }), namespace: 'berth-other' })).toBe('digest')
  })

  test('signed with a shared secret, or not at all', async () => {
    const claims = { tenant, digest: bound, maxReplicas: 3 }
    const options = { issuer, audience: 'berth-operator', subject: serverId, expiresIn: 3600, keyid: 'k' }
    const publicPem = ours.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [, payload] = good.split('.')
    const tokens = [
      jwt.sign(claims, 'secret', { ...options, algorithm: 'HS256' }),
      // The classic confusion of algorithms: the public key as an HMAC secret.
      jwt.sign(claims, Buffer.from(publicPem), {
        ...options,
        algorithm: 'HS256',
        allowInvalidAsymmetricKeyTypes: true,
      }),
      jwt.sign(claims, null, { ...options, algorithm: 'none' }),
      `${part({ alg: 'none', typ: 'JWT', kid: 'k' })}.${payload}.`,
    ]
    for (const token of tokens) expect(await codeOf({ object: modelServe({ token }) })).toBe('invalid')
  })

  test('what is no ModelServe is refused', async () => {
    expect(await codeOf({ object: { metadata: {}, spec: 'x' } })).toBe('malformed')
    expect(await codeOf({ object: null })).toBe('malformed')
  })
})

describe('updating', () => {
  const update = (oldObject: unknown, object: unknown) => codeOf({ operation: 'UPDATE', oldObject, object })
  const other = { runtime: { ...spec.runtime, threads: 4 } }

  test.each<[string, ReturnType<typeof modelServe>, ReturnType<typeof modelServe>, string]>([
    [
      'a finalizer only',
      modelServe({ token: expired }),
      modelServe({
        token: expired,
        metadata: { finalizers: ['berth.dev/operator'], annotations: { 'berth.dev/contract': expired } },
      }),
      'unchanged',
    ],
    [
      'a label of someone else',
      modelServe({ token: expired }),
      modelServe({ token: expired, labels: { note: 'x' } }),
      'unchanged',
    ],
    [
      'replicas within, though expired',
      modelServe({ token: expired }),
      modelServe({ token: expired, spec: { replicas: 2 } }),
      'allowed',
    ],
    [
      'replicas above',
      modelServe({ token: good }),
      modelServe({ token: good, spec: { replicas: 9 } }),
      'replicas',
    ],
    ['the spec', modelServe({ token: good }), modelServe({ token: good, spec: other }), 'digest'],
    [
      'the tenant',
      modelServe({ token: good }),
      modelServe({ token: good, labels: { 'berth.dev/tenant': 'other' } }),
      'tenant',
    ],
    ['the contract away', modelServe({ token: good }), modelServe(), 'missing'],
    ['to an expired contract', modelServe({ token: good }), modelServe({ token: expired }), 'expired'],
    ['to a fresh contract', modelServe({ token: expired }), modelServe({ token: good }), 'allowed'],
  ])('%s', async (_what, before, after, code) => {
    expect(await update(before, after)).toBe(code)
  })

  test('spec and contract together', async () => {
    const changed = modelServe({ spec: other })
    const token = sign({ digest: digestOf(changed) })
    expect(await update(modelServe({ token: good }), modelServe({ spec: other, token }))).toBe('allowed')
  })
})

describe('scaling', () => {
  const scale = (replicas: number | undefined) =>
    codeOf({ operation: 'UPDATE', subResource: 'scale', object: { kind: 'Scale', spec: { replicas } } })

  test.each([
    [0, 'allowed'],
    [undefined, 'allowed'],
    [3, 'allowed'],
    [4, 'replicas'],
  ])('to %s is %s, by an expired contract', async (replicas, code) => {
    stored = modelServe({ token: expired })
    expect(await scale(replicas)).toBe(code)
  })

  test('what has no contract, or is not there, is refused', async () => {
    stored = modelServe()
    expect(await scale(1)).toBe('missing')
    stored = undefined
    expect(await scale(1)).toBe('malformed')
  })
})

describe('what is stored already', () => {
  test.each<[string, ReturnType<typeof modelServe>, string]>([
    ['goes on being covered', modelServe({ token: good }), 'allowed'],
    ['also when the approval is over', modelServe({ token: expired }), 'allowed'],
    ['not without a contract', modelServe(), 'missing'],
    ['not when it was changed meanwhile', modelServe({ token: good, spec: { model: {} } }), 'digest'],
    ['not when it was scaled too far', modelServe({ token: good, spec: { replicas: 4 } }), 'replicas'],
    ['not for another tenant', modelServe({ token: good, labels: { 'berth.dev/tenant': 'b' } }), 'tenant'],
  ])('%s', async (_what, object, code) => {
    const found = object as unknown as ModelServeResource
    expect(await stillHolds(found, contract.verify)).toMatchObject({ code })
  })
})

test('deleting is not asked about', async () => {
  expect(await codeOf({ operation: 'DELETE', object: null, oldObject: modelServe() })).toBe('unchanged')
})

test('fails closed, and says so, while the keys of the contract cannot be read', async () => {
  const verify = createJwtVerifier({ jwksUrl: 'http://127.0.0.1:9/', issuer, audiences: ['berth-operator'] })
  const decision = await decide(request({ object: modelServe({ token: good }) }), { ...contract, verify })
  expect(decision).toMatchObject({ allowed: false, code: 'unavailable' })
  expect(decision.message).toContain('nothing is admitted until its keys can be read')
})

test('fails closed when the stored object cannot be read', async () => {
  const read = async () => {
    throw new Error('the API is away')
  }
  const given = { operation: 'UPDATE', subResource: 'scale', object: { spec: { replicas: 1 } } }
  const decision = await decide(request(given), { ...contract, read })
  expect(decision).toMatchObject({ allowed: false, code: 'unavailable' })
  expect(decision.message).not.toContain('the API is away')
})
