import type { ServerRow } from './server.ts'

/** A server that runs and is ready, for tests; `changes` say what is different. */
export function exampleServer(changes: Partial<ServerRow> = {}): ServerRow {
  const at = new Date('2026-01-01T00:00:00.000Z')
  return {
    id: '11111111-1111-4111-8111-111111111111',
    tenantId: '22222222-2222-4222-8222-222222222222',
    namespace: 'berth-ada',
    name: 'tales',
    modelId: '33333333-3333-4333-8333-333333333333',
    modelVersionId: '44444444-4444-4444-8444-444444444444',
    modelName: 'storyteller',
    runtime: { contextSize: 1024, parallel: 4, threads: 2, gpuLayers: 0, batchSize: 512 },
    contextDefaulted: true,
    replicas: 1,
    memoryRequest: 2 ** 28,
    file: { path: 'sha256/ab.gguf', sha256: 'ab'.repeat(32), sizeBytes: 4_000_000 },
    desired: 'RUNNING',
    generation: 1,
    settledGeneration: 1,
    resourceGeneration: 1,
    observed: { phase: 'Ready', message: null, specReplicas: 1, deleting: false },
    status: 'READY',
    message: null,
    readyReplicas: 1,
    pods: [],
    memoryBytes: null,
    maxMemoryBytes: null,
    cpuCores: null,
    usageAt: null,
    createdAt: at,
    startedAt: at,
    updatedAt: at,
    version: 5,
    createdVersion: 1,
    deletedAt: null,
    ...changes,
  }
}
