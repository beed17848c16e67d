import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { until } from '@berth/kit/condition'
import { ask, field, subscribe } from '@berth/kit/graph'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy } from '@berth/kit/servers'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { file, type Source, startSource, status } from '../fixtures/source.ts'

const berth = inject('berth')
const bytes = readFileSync(resolve(import.meta.dirname, '../../infra/demo-model/storyteller.gguf'))
const sha256 = createHash('sha256').update(bytes).digest('hex')

let source: Source
let ann: Person

beforeAll(async () => {
  source = await startSource()
  source.give('/model.gguf', file(bytes))
  source.give('/text.gguf', (_request, response) => response.end('This is no model.'))
  source.give('/broken.gguf', status(500))
  ann = await newPerson(berth)
})
afterAll(() => source?.close())

interface Registered {
  __typename: string
  version?: { id: string; status: string }
  message?: string
  field?: string
}

async function register(input: Record<string, unknown>, token = ann.token): Promise<Registered> {
  return field(
    berth,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      __typename ... on RegisterModelSuccess { version { id status } } ... on Error { message } ... on InvalidInput { field } } }`,
    { input },
    token,
  )
}

interface Retrieval {
  status: string
  bytesReceived: number
  bytesTotal: number | null
  error: string | null
  steps: { name: string; status: string; attempts: number; error: string | null }[]
}

/** Retrieves a version, and gives the retrieval's last state. */
async function retrieve(
  versionId: string,
  token = ann.token,
): Promise<{ last: Retrieval; seen: Retrieval[] }> {
  const retrieved = await field<{ __typename: string }>(
    berth,
    'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename } }',
    { id: versionId },
    token,
  )
  expect(retrieved.__typename).toBe('RetrieveModelSuccess')
  const live = subscribe<Retrieval>(
    berth,
    token,
    `subscription ($id: ID!) { retrieval(versionId: $id) {
      id status bytesReceived bytesTotal error steps { name status attempts error } } }`,
    { id: versionId },
  )
  const last = await until('the retrieval has ended', () =>
    live.events.find(({ status }) => status === 'SUCCEEDED' || status === 'FAILED'),
  )
  await live.close()
  return { last, seen: live.events }
}

test('everybody finds the storyteller in the shared catalogue', async () => {
  // By then its size is known, even if its source was too busy to tell when it was registered.
  await deploy(berth, ann.token, { name: 'teller', model: 'storyteller', replicas: 0 })
  const model = await until('its size is known', async () => {
    const found = await field<{ latest: { source: { sizeBytes: number | null } } }>(
      berth,
      '{ model(name: "storyteller") { name shared description latest { tag source { uri sizeBytes } } } }',
      {},
      ann.token,
    )
    return found.latest.source.sizeBytes !== null && found
  })
  expect(model).toMatchObject({
    name: 'storyteller',
    shared: true,
    latest: {
      tag: 'v1',
      source: { uri: 's3://upstream/storyteller/storyteller.gguf', sizeBytes: bytes.length },
    },
  })
})

test('a retrieval goes through its steps, and publishes under the digest', async () => {
  const { version } = await register({ name: 'tale', source: { uri: `${source.url}/model.gguf`, sha256 } })
  const { last } = await retrieve(version?.id ?? '')
  expect(last.error).toBeNull()
  expect(last.steps.map(({ name, status }) => [name, status])).toEqual(
    ['RESOLVE', 'SIGN', 'DOWNLOAD', 'VERIFY', 'INSPECT', 'PUBLISH'].map((name) => [name, 'SUCCEEDED']),
  )
  expect(last).toMatchObject({ bytesReceived: bytes.length, bytesTotal: bytes.length })
  const model = await field(
    berth,
    `{ model(name: "tale") { latest { status file { path sizeBytes sha256 }
      metadata { architecture quantization parameterCount contextLength tokenizer vocabularySize license tensorCount } } } }`,
    {},
    ann.token,
  )
  expect(model).toMatchObject({
    latest: {
      status: 'READY',
      file: { path: `sha256/${sha256}.gguf`, sizeBytes: bytes.length, sha256 },
      metadata: {
        architecture: 'llama',
        quantization: 'Q8_0',
        parameterCount: 3_475_712,
        contextLength: 1_024,
        tokenizer: 'gpt2',
        vocabularySize: 2_048,
        license: 'Apache-2.0',
        tensorCount: 38,
      },
    },
  })
})

test('a file with another digest is refused, and nothing of it stays', async () => {
  const wrong = 'ab'.repeat(32)
  const { version } = await register({
    name: 'forged',
    source: { uri: `${source.url}/model.gguf`, sha256: wrong },
  })
  const { last } = await retrieve(version?.id ?? '')
  expect(last.status).toBe('FAILED')
  expect(last.error).toContain(sha256)
  expect(last.error).toContain(wrong)
})

test.each([
  ['no-model', '/text.gguf', /GGUF/],
  ['missing', '/nowhere.gguf', /404|not found/i],
])('a source that is %s fails with the reason', async (name, path, reason) => {
  const { version } = await register({ name, source: { uri: source.url + path } })
  const { last } = await retrieve(version?.id ?? '')
  expect(last.status).toBe('FAILED')
  expect(last.error).toMatch(reason)
})

test.each([
  ['http://example.com/model.gguf', 'source.uri'],
  ['s3://somewhere/else.gguf', 'source.uri'],
  ['file:///etc/passwd', 'source.uri'],
  ['https://user:secret@example.com/model.gguf', 'source.uri'],
  ['https://10.0.0.1/model.gguf', 'source.uri'],
])('the source %s is refused when it is registered', async (uri, wrongField) => {
  expect(await register({ name: 'refused', source: { uri } })).toMatchObject({
    __typename: 'InvalidInput',
    field: wrongField,
  })
})

test("nobody sees another tenant's model", async () => {
  const { version } = await register({ name: 'private', source: { uri: `${source.url}/model.gguf` } })
  const bob = await newPerson(berth, 'bob')
  const hidden = await ask(berth, '{ model(name: "private") { id } }', {}, bob.token)
  expect(hidden.data).toEqual({ model: null })
  const refused = await field<{ __typename: string }>(
    berth,
    'mutation ($id: ID!) { deleteModelVersion(id: $id) { __typename } }',
    { id: version?.id },
    bob.token,
  )
  expect(refused.__typename).toBe('VersionNotFound')
  const listed = await ask(berth, '{ models(first: 100) { edges { node { name } } } }', {}, bob.token)
  expect(JSON.stringify(listed.data)).not.toContain('private')
})

test("a tenant's broken sources hold up no other tenant", async () => {
  const uri = `${source.url}/broken.gguf`
  const names = Array.from({ length: 4 }, (_, index) => `broken-${index}`)
  for (const name of names) {
    const { version } = await register({ name, source: { uri } })
    await ask(
      berth,
      'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename } }',
      { id: version?.id },
      ann.token,
    )
  }
  const { token } = await newPerson(berth, 'bob')
  const { version } = await register({ name: 'tale', source: { uri: `${source.url}/model.gguf` } }, token)
  const { last } = await retrieve(version?.id ?? '', token)
  expect(last.status).toBe('SUCCEEDED')
})

test('only an admin adds to the shared catalogue', async () => {
  const { data, errors } = await ask(
    berth,
    'mutation ($input: RegisterModelInput!) { registerModel(input: $input) { __typename } }',
    { input: { name: 'for-all', shared: true, source: { uri: `${source.url}/model.gguf` } } },
    ann.token,
  )
  expect(errors?.[0]?.extensions?.code ?? data?.registerModel).toSatisfy(
    (outcome: unknown) => outcome === 'FORBIDDEN' || JSON.stringify(outcome).includes('InvalidInput'),
  )
})
