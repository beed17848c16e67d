import { expect, test } from 'vitest'
import type { ModelFacts } from '../models/facts.ts'
import { storageReasons } from './storage.ts'

const GiB = 2 ** 30
const storage = {
  usedBytes: 6 * GiB,
  reservedBytes: 2 * GiB,
  limitBytes: 10 * GiB,
  fileLimitBytes: 4 * GiB,
}
const facts: ModelFacts = {
  modelId: 'm',
  modelName: 'storyteller',
  versionId: 'v',
  status: 'REGISTERED',
  sizeBytes: 2 * GiB,
  shape: null,
  file: null,
  storage,
  retrieval: null,
}

test.each<[string, Partial<ModelFacts>]>([
  ['fits', {}],
  ['is in the store', { status: 'READY', sizeBytes: 9 * GiB }],
  ['is on its way, and so is counted', { status: 'RETRIEVING', sizeBytes: 3 * GiB }],
  ['is of an unknown size', { sizeBytes: null }],
  ['counts for another', { storage: null, sizeBytes: 9 * GiB }],
])('a model that %s is allowed', (_case, changes) => {
  expect(storageReasons({ ...facts, ...changes })).toEqual([])
})

test('one without room is refused with the figures', () => {
  expect(storageReasons({ ...facts, sizeBytes: 3 * GiB })).toEqual([
    {
      code: 'QUOTA_STORAGE',
      message:
        'There is no room to retrieve storyteller of 3 GiB: 6 GiB of models are stored, 2 GiB are on their way, and the limit is 10 GiB. Delete versions that are no longer needed, or ask for a higher limit.',
    },
  ])
})

test('one beyond the limit of a file is refused, and so is a failed one that would be retrieved again', () => {
  expect(storageReasons({ ...facts, status: 'FAILED', sizeBytes: 5 * GiB })[0]?.message).toMatch(
    /^storyteller has 5 GiB, and a file of this tenant can have 4 GiB at most/,
  )
})
