import { expect, test } from 'vitest'
import { exampleServer } from '../records/example.ts'
import { quotaLines, quotaReasons, replicasAllowed, totalUse, type Use } from './quota.ts'
import { recheckModel, recheckReplicas } from './recheck.ts'

const GiB = 2 ** 30
const limits = { servers: 3, replicas: 5, cpu: 8, memory: 4 * GiB }
const server = exampleServer({ replicas: 2, memoryRequest: GiB })
const running = { SERVERS: 1, REPLICAS: 2, CPU: 4, MEMORY: 2 * GiB }
const kept = { SERVERS: 1, REPLICAS: 0, CPU: 0, MEMORY: 0 }
const none = { SERVERS: 0, REPLICAS: 0, CPU: 0, MEMORY: 0 }

test.each<[string, Parameters<typeof exampleServer>[0], Use]>([
  ['a ready server', {}, running],
  ['one that has not been applied yet', { status: 'PENDING', resourceGeneration: null }, running],
  ['a stopped one', { desired: 'STOPPED', status: 'STOPPED' }, kept],
  ['one that failed before it was applied', { status: 'FAILED', resourceGeneration: null }, kept],
  ['one that fails in the cluster', { status: 'FAILED' }, running],
  ['one that is being deleted', { desired: 'DELETED', status: 'DELETING' }, none],
])('%s counts for what it holds', (_case, changes, expected) => {
  expect(totalUse([{ ...server, ...changes }])).toEqual(expected)
})

test.each<[string, number, string[]]>([
  ['up to what is left', 4, []],
  ['beyond the cores and the memory', 5, ['QUOTA_CPU', 'QUOTA_MEMORY']],
  ['beyond everything', 6, ['QUOTA_REPLICAS', 'QUOTA_CPU', 'QUOTA_MEMORY']],
])('scaling %s', (_case, replicas, expected) => {
  expect(recheckReplicas(server, replicas, [server], limits).map(({ code }) => code)).toEqual(expected)
})

test('a tenant over a lowered limit can still go down', () => {
  const lowered = { servers: 0, replicas: 0, cpu: 0, memory: 0 }
  expect(recheckReplicas(server, 1, [server], lowered)).toEqual([])
  expect(recheckReplicas(server, 3, [server], lowered).map(({ code }) => code)).toContain('QUOTA_REPLICAS')
})

test('a reason needs growth beyond the limit', () => {
  expect(quotaReasons(quotaLines(running, none, running, { ...limits, cpu: 1 }))).toEqual([])
})

test.each([
  ['the cores', limits, 4],
  ['the replicas', { ...limits, replicas: 3, cpu: 100, memory: 100 * GiB }, 3],
  ['nothing but the most there can be', { servers: 3, replicas: 1e6, cpu: 1e6, memory: 1e15 }, 1000],
  ['less than what runs already', { ...limits, cpu: 1 }, 2],
])('the most replicas are bound by %s', (_case, bounds, expected) => {
  const footprint = { replicas: 2, threads: 2, memory: GiB }
  expect(replicasAllowed(footprint, none, bounds, 1000)).toBe(expected)
})

const facts = {
  modelId: server.modelId,
  modelName: 'storyteller',
  versionId: server.modelVersionId,
  status: 'READY' as const,
  sizeBytes: GiB,
  shape: {
    contextLength: 512,
    blockCount: 4,
    embeddingLength: 256,
    headCount: 8,
    headCountKv: 4,
    keyLength: null,
    valueLength: null,
    vocabularySize: 2_048,
  },
  file: null,
  storage: null,
  retrieval: null,
}

test('once the header is known, a context that nobody asked for follows the model', () => {
  const checked = recheckModel(server, facts, [server], limits)
  expect(checked.reasons).toEqual([])
  expect(checked.runtime.contextSize).toBe(512)
  expect(checked.memoryRequest).toBeGreaterThan(GiB)
})

test('once the header is known, one that was asked for can be too long, and the memory too much', () => {
  const asked = { ...server, contextDefaulted: false }
  const codes = recheckModel(asked, { ...facts, sizeBytes: 8 * GiB }, [asked], limits).reasons
  expect(codes.map(({ code }) => code)).toEqual(['CONTEXT_TOO_LONG', 'QUOTA_MEMORY'])
})
