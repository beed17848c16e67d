import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { digest } from '@berth/platform/digest'
import type { SigningKeys } from '@berth/platform/signing'
import { contractTerms } from '@berth/schema/modelserve.ts'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { modelServeResource, modelServeSpec } from '../deployment/modelserve.ts'
import { exampleServer } from '../records/example.ts'
import type { Terms } from './contract.ts'
import { signContract } from './contract-token.ts'
import { openPlan, signPlan } from './plan-token.ts'

const issuer = 'http://berth.test/contract'

function keysWith(kid: string, lifeSeconds?: number): Pick<SigningKeys, 'sign' | 'jwks'> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = {
    ...createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }),
    kid,
  }
  return {
    sign: async (claims, { audience, subject, expiresInSeconds }) =>
      jwt.sign(claims, privateKey, {
        algorithm: 'RS256',
        keyid: kid,
        issuer,
        audience,
        subject,
        expiresIn: lifeSeconds ?? expiresInSeconds,
      }),
    jwks: async () => ({ keys: [jwk] }),
  }
}

const full = (keys: Pick<SigningKeys, 'sign' | 'jwks'>): SigningKeys => ({
  ...keys,
  rotate: async () => undefined,
  close: () => undefined,
})

const terms: Terms = {
  name: 'tales',
  modelId: 'm',
  modelName: 'storyteller',
  versionId: 'v',
  replicas: 2,
  runtime: { contextSize: 1024, parallel: 4, threads: 2, gpuLayers: 0, batchSize: 512 },
  contextDefaulted: true,
  memoryRequest: 2 ** 28,
}

const ours = full(keysWith('ours'))

test('a plan comes back as the input that it stands for', async () => {
  const { token, expiresAt } = await signPlan(ours, 'ada', terms)
  const { wanted } = await openPlan(ours, issuer, 'ada', token)
  expect(wanted).toMatchObject({ name: 'tales', model: 'storyteller', versionId: 'v', replicas: 2 })
  expect(wanted.runtime?.contextSize).toBeNull()
  expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 590_000)
})

test.each([
  ['expired', async () => (await signPlan(full({ ...ours, ...expiring }), 'ada', terms)).token, /expired at/],
  [
    'signed elsewhere',
    async () => (await signPlan(full(keysWith('theirs')), 'ada', terms)).token,
    /not signed here/,
  ],
  [
    'signed elsewhere under our key id',
    async () => (await signPlan(full(keysWith('ours')), 'ada', terms)).token,
    /not signed here/,
  ],
  ["another tenant's", async () => (await signPlan(ours, 'bob', terms)).token, /another tenant/],
  [
    'no plan',
    () => ours.sign({ use: 'other' }, { audience: 'berth-servers', subject: 'ada', expiresInSeconds: 60 }),
    /not the token of a plan/,
  ],
  ['no token', async () => 'plan', /not signed here/],
])('a plan that is %s is refused', async (_case, make, message) => {
  await expect(openPlan(ours, issuer, 'ada', await make())).rejects.toThrow(message)
})

const expiring = {
  sign: async (...[claims, options]: Parameters<SigningKeys['sign']>) =>
    ours.sign(claims, { ...options, expiresInSeconds: -10 }),
}

test('a contract says for whom it is, and how far it may be scaled', async () => {
  const server = exampleServer()
  const file = { path: 'sha256/ab.gguf', sha256: 'ab'.repeat(32), sizeBytes: 4_000_000 }
  const spec = modelServeSpec(server, file, 'models')
  const token = await signContract(ours, {
    namespace: 'berth-ada',
    name: 'tales',
    spec,
    tenantId: 'ada',
    maxReplicas: 5,
  })
  expect(jwt.decode(token)).toMatchObject({
    iss: issuer,
    aud: 'berth-operator',
    sub: server.id,
    tenant: 'ada',
    maxReplicas: 5,
    digest: digest(contractTerms({ namespace: 'berth-ada', name: 'tales' }, { ...spec, replicas: 9 })),
  })
})

test('the resource carries the spec, the marks and the contract', () => {
  const server = exampleServer({ memoryRequest: 242 * 2 ** 20 })
  const file = { path: 'sha256/ab.gguf', sha256: 'ab'.repeat(32), sizeBytes: 4_000_000 }
  const spec = modelServeSpec(server, file, 'models')
  expect(spec.model.uri).toBe('s3://models/sha256/ab.gguf')
  expect(spec.resources).toEqual({ cpu: '2', memory: '242Mi' })
  const { metadata } = modelServeResource(server, spec, 'token')
  expect(metadata).toMatchObject({
    name: 'tales',
    namespace: 'berth-ada',
    labels: { 'berth.dev/server-id': server.id, 'berth.dev/tenant': server.tenantId },
    annotations: { 'berth.dev/contract': 'token' },
  })
})
