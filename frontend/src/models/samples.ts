import type {
  ModelCardFragment,
  RetrievalFactsFragment,
  UploadFactsFragment,
  VersionFactsFragment,
} from '../generated/graphql.ts'

/** A retrieval that downloads, for tests; likewise those below. */
export const retrieval = (changed: Partial<RetrievalFactsFragment> = {}) => ({
  __typename: 'Retrieval' as const,
  id: 'r1',
  status: 'RUNNING' as const,
  bytesReceived: 1024,
  bytesTotal: 4096,
  error: null,
  createdAt: '2026-01-01T11:59:00.000Z',
  finishedAt: null,
  steps: [step()],
  ...changed,
})

export const step = (
  changed: Partial<RetrievalFactsFragment['steps'][number]> = {},
): RetrievalFactsFragment['steps'][number] => ({
  name: 'DOWNLOAD',
  status: 'RUNNING',
  attempts: 1,
  error: null,
  startedAt: '2026-01-01T11:59:30.000Z',
  finishedAt: null,
  nextAttemptAt: null,
  ...changed,
})

export const version = (changed: Partial<VersionFactsFragment> = {}) => ({
  __typename: 'ModelVersion' as const,
  id: 'v1',
  tag: 'latest',
  status: 'READY' as const,
  source: { __typename: 'ModelSource' as const, uri: 's3://bucket/story.gguf', sizeBytes: 4096 },
  file: { __typename: 'ModelFile' as const, sizeBytes: 4096, sha256: 'a'.repeat(64) },
  metadata: null,
  retrieval: null,
  updatedAt: '2026-01-01T12:00:00.000Z',
  ...changed,
})

export const model = (changed: Partial<ModelCardFragment> = {}) => ({
  __typename: 'Model' as const,
  id: 'm1',
  name: 'teller',
  description: null,
  shared: false,
  versions: [version()],
  ...changed,
})

/** A page of models as `models` answers. */
export const page = (models: ModelCardFragment[], endCursor: string | null = null) => ({
  models: {
    __typename: 'ModelConnection',
    edges: models.map((node) => ({ __typename: 'ModelEdge', node })),
    pageInfo: { __typename: 'PageInfo', hasNextPage: endCursor !== null, endCursor },
  },
})

export const upload = (
  changed: Partial<UploadFactsFragment> = {},
): UploadFactsFragment & { __typename: string } => ({
  __typename: 'Upload',
  id: 'u1',
  fileName: 'story.gguf',
  sizeBytes: 10,
  partSizeBytes: 4,
  partCount: 3,
  uploadedParts: [1, 3],
  version: { id: 'v9', tag: 'latest', model: { id: 'm9', name: 'story', shared: false } },
  ...changed,
})

export const me = (role: 'ADMIN' | 'USER' = 'USER') => ({
  me: {
    __typename: 'User',
    id: 'p1',
    username: 'ann',
    role,
    tenant: { __typename: 'Tenant', id: 't1', name: 'ann', namespace: 'ann' },
  },
})

export const storage = {
  modelStorage: { __typename: 'ModelStorage', usedBytes: 0, reservedBytes: 0, limitBytes: 2 ** 30 },
}
