import { expect, test } from 'vitest'
import type { ModelFacts } from '../models/facts.ts'
import { type PlanSubject, planServer, termsDigest } from './contract.ts'

const GiB = 2 ** 30
const shape = {
  contextLength: 1024,
  blockCount: 4,
  embeddingLength: 256,
  headCount: 8,
  headCountKv: 4,
  keyLength: null,
  valueLength: null,
  vocabularySize: 2_048,
}
const facts: ModelFacts = {
  modelId: 'm',
  modelName: 'storyteller',
  versionId: 'v',
  status: 'READY',
  sizeBytes: 4_000_000,
  shape,
  file: null,
  storage: null,
  retrieval: null,
}
const subject: PlanSubject = {
  wanted: { name: 'tales', model: 'storyteller' },
  facts,
  holder: undefined,
  used: { SERVERS: 0, REPLICAS: 0, CPU: 0, MEMORY: 0 },
  limits: { servers: 10, replicas: 20, cpu: 32, memory: 64 * GiB },
}

const codes = (changes: Partial<PlanSubject>) =>
  planServer({ ...subject, ...changes }).reasons.map(({ code }) => code)

test('an ordinary wish is allowed, with its defaults filled in', () => {
  const plan = planServer(subject)
  expect(plan.reasons).toEqual([])
  expect(plan.retrievalNeeded).toBe(false)
  expect(plan.terms).toMatchObject({
    name: 'tales',
    versionId: 'v',
    replicas: 1,
    contextDefaulted: true,
    runtime: { contextSize: 1024, parallel: 4, threads: 2, gpuLayers: 0, batchSize: 512 },
  })
  expect(plan.quota.map(({ resource, after }) => [resource, after]).slice(0, 3)).toEqual([
    ['SERVERS', 1],
    ['REPLICAS', 1],
    ['CPU', 2],
  ])
})

test.each<[string, Partial<PlanSubject>, string[]]>([
  ['a name in capitals', { wanted: { ...subject.wanted, name: 'Tales' } }, ['INVALID_INPUT']],
  ['a name of 41 letters', { wanted: { ...subject.wanted, name: 'a'.repeat(41) } }, ['INVALID_INPUT']],
  ['a name that starts with a digit', { wanted: { ...subject.wanted, name: '1st' } }, ['INVALID_INPUT']],
  ['101 replicas', { wanted: { ...subject.wanted, replicas: 101 } }, ['INVALID_INPUT']],
  ['no model', { wanted: { name: 'tales' }, facts: null }, ['INVALID_INPUT']],
  ['an unknown model', { facts: null }, ['MODEL_NOT_FOUND']],
  ['a name that is taken', { holder: { desired: 'STOPPED' } }, ['NAME_TAKEN']],
  ['a name that is still being freed', { holder: { desired: 'DELETED' } }, ['NAME_TAKEN']],
  [
    'a context beyond the model',
    { wanted: { ...subject.wanted, runtime: { contextSize: 2048 } } },
    ['CONTEXT_TOO_LONG'],
  ],
  [
    'too little of everything',
    { limits: { servers: 0, replicas: 0, cpu: 0, memory: 0 } },
    ['QUOTA_SERVERS', 'QUOTA_REPLICAS', 'QUOTA_CPU', 'QUOTA_MEMORY'],
  ],
  ['too few cores left', { used: { SERVERS: 1, REPLICAS: 1, CPU: 31, MEMORY: 0 } }, ['QUOTA_CPU']],
])('%s is refused with its reason', (_case, changes, expected) => {
  expect(codes(changes)).toEqual(expected)
  expect(planServer({ ...subject, ...changes }).terms).toBeNull()
})

test('every reason tells the numbers and a way on', () => {
  const { reasons } = planServer({ ...subject, used: { SERVERS: 10, REPLICAS: 0, CPU: 0, MEMORY: 0 } })
  expect(reasons[0]?.message).toBe(
    '11 servers would be used, the limit is 10, and 10 are in use now. Delete one that is no longer needed, or ask for a higher limit.',
  )
})

test('a model whose header is not known is planned from its size, with the default context', () => {
  const plan = planServer({ ...subject, facts: { ...facts, status: 'REGISTERED', shape: null } })
  expect(plan.memory).toBeNull()
  expect(plan.retrievalNeeded).toBe(true)
  expect(plan.terms?.runtime.contextSize).toBe(4096)
})

test('the digest stands for everything that would be applied', () => {
  const { terms } = planServer(subject)
  const { terms: other } = planServer({ ...subject, wanted: { ...subject.wanted, replicas: 2 } })
  if (!terms || !other) throw new Error('both plans are allowed')
  expect(termsDigest(terms)).toBe(termsDigest({ ...terms }))
  expect(termsDigest(terms)).not.toBe(termsDigest(other))
})

test('a reason names the field that it is about', () => {
  const fields = (changes: Partial<PlanSubject>) =>
    planServer({ ...subject, ...changes }).reasons.map(({ field }) => field)
  expect(fields({ wanted: { ...subject.wanted, name: 'T', runtime: { threads: 0 } } })).toEqual([
    'name',
    'runtime.threads',
  ])
  expect(fields({ holder: { desired: 'RUNNING' } })).toEqual(['name'])
  expect(fields({ facts: null })).toEqual(['model'])
  expect(fields({ wanted: { ...subject.wanted, versionId: '' }, facts: null })).toEqual(['versionId'])
  expect(fields({ wanted: { ...subject.wanted, runtime: { contextSize: 2048 } } })).toEqual([
    'runtime.contextSize',
  ])
})

test('a name whose server is being deleted is free in a moment, and the reason says so', () => {
  const told = (desired: 'RUNNING' | 'DELETED') =>
    planServer({ ...subject, holder: { desired } }).reasons[0]?.message
  expect(told('DELETED')).toContain('is being deleted; try again in a moment')
  expect(told('RUNNING')).toContain('choose another name, or delete that one first')
})
