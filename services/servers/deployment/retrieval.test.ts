import { expect, test, vi } from 'vitest'
import { factsOf, modelShape } from '../models/answer.ts'
import { retrievalMessage, versionOf } from './retrieval.ts'

const answer = modelShape.parse({
  id: 'm',
  name: 'storyteller',
  latest: null,
  versions: [
    {
      id: 'v',
      status: 'RETRIEVING',
      source: { uri: 's3://upstream/storyteller.gguf', sizeBytes: 1_200_000_000 },
      file: null,
      metadata: null,
      retrieval: {
        status: 'RUNNING',
        bytesReceived: 504_000_000,
        bytesTotal: 1_200_000_000,
        error: null,
        steps: [{ status: 'RUNNING', error: null }],
      },
    },
  ],
})
const [version] = answer.versions
if (!version) throw new Error('the answer has a version')
const facts = factsOf(answer, version)

test('an answer of the models service becomes facts', () => {
  expect(facts).toMatchObject({
    modelName: 'storyteller',
    versionId: 'v',
    sizeBytes: 1_200_000_000,
    shape: null,
  })
})

test.each([
  ['PENDING', { error: null, waitsFor: 'Three are under way.' }],
  ['RUNNING', { error: 'Three are under way.', waitsFor: null }],
])('what a step says that is %s is told', (status, told) => {
  const { retrieval } = version
  const steps = [
    { status: 'SUCCEEDED', error: null },
    { status, error: 'Three are under way.' },
  ]
  expect(factsOf(answer, { ...version, retrieval: retrieval && { ...retrieval, steps } }).retrieval).toEqual({
    status: 'RUNNING',
    bytesReceived: 504_000_000,
    bytesTotal: 1_200_000_000,
    ...told,
  })
})

test.each([
  ['at first', { bytesReceived: 0 }, 'Retrieving storyteller.'],
  ['under way', {}, 'Retrieving storyteller: 42 % of 1.2 GB.'],
  [
    'that goes on after a failure',
    { error: 'It is full.' },
    'Retrieving storyteller: It is full. Berth goes on trying.',
  ],
  [
    'that waits for another one',
    { waitsFor: 'It begins once there is room.' },
    'Retrieving storyteller: It begins once there is room.',
  ],
  ['at the end', { bytesReceived: 1_200_000_000 }, 'Retrieving storyteller: 1.2 GB received, being checked.'],
])('tells how far it is %s', (_case, changes, message) => {
  const retrieval = facts.retrieval && { ...facts.retrieval, ...changes }
  expect(retrievalMessage({ ...facts, retrieval })).toBe(message)
})

test('tells what came while the whole is not known', () => {
  const retrieval = facts.retrieval && { ...facts.retrieval, bytesTotal: null }
  expect(retrievalMessage({ ...facts, sizeBytes: null, retrieval })).toBe(
    'Retrieving storyteller: 504 MB so far.',
  )
})

test('a version that is hidden for a moment is not gone', async () => {
  const server = { tenantId: 't', modelId: 'm', modelVersionId: 'v' }
  const answers = [null, facts]
  const get = vi.fn(async () => answers.shift() ?? null)
  await expect(versionOf({ get }, server)).resolves.toBe(facts)
  expect(get).toHaveBeenCalledWith('t', 'm', 'v')
  await expect(versionOf({ get }, server, 0)).resolves.toBeNull()
})
