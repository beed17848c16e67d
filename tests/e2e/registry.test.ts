import { until } from '@berth/kit/condition'
import { ask, field } from '@berth/kit/graph'
import { registerModel } from '@berth/kit/models'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import { deploy } from '@berth/kit/servers'
import { beforeAll, expect, inject, test } from 'vitest'
import { queryOf } from '../fixtures/database.ts'

const berth = inject('berth')
const data = inject('data')
const stored = { uri: 's3://upstream/storyteller/storyteller.gguf' }

let ann: Person
let bob: Person
let admin: Person
beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
  bob = await newPerson(berth, 'bob')
  admin = await signIn(berth, 'admin', inject('adminPassword'))
})

interface Outcome {
  __typename: string
  message?: string
  field?: string
  usedBy?: string[]
  model?: { name: string; description: string | null; shared: boolean; createdAt: string; updatedAt: string }
  version?: { tag: string }
}

const told = '__typename ... on Error { message }'
const outcome = `${told} ... on InvalidInput { field }`
const update = (input: Record<string, unknown>, { token } = ann): Promise<Outcome> =>
  field(
    berth,
    `mutation ($input: UpdateModelInput!) { updateModel(input: $input) { ${outcome}
      ... on ModelInUse { usedBy }
      ... on UpdateModelSuccess { model { name description shared createdAt updatedAt } } } }`,
    { input },
    token,
  )
const retag = (id: string, tag: string): Promise<Outcome> =>
  field(
    berth,
    `mutation ($id: ID!, $tag: String!) { retagModelVersion(id: $id, tag: $tag) { ${outcome}
      ... on RetagModelVersionSuccess { version { tag } } ... on VersionTaken { version { tag } } } }`,
    { id, tag },
    ann.token,
  )
const remove = (id: string, { token } = ann): Promise<Outcome> =>
  field(
    berth,
    `mutation ($id: ID!) { deleteModelVersion(id: $id) { ${told} ... on VersionInUse { usedBy } } }`,
    { id },
    token,
  )
const modelNamed = (name: string, { token } = ann) =>
  field<{ id: string; shared: boolean } | null>(
    berth,
    'query ($name: String) { model(name: $name) { id shared } }',
    { name },
    token,
  )
/** A server without pods. */
const serve = (name: string, model: string, { token } = ann) =>
  deploy(berth, token, { name, model, replicas: 0 })

test('a model is renamed and described; its servers go on under the name that they were deployed with', async () => {
  const { id, model } = await registerModel(berth, ann.token, { name: 'tale', source: stored })
  const other = await registerModel(berth, ann.token, { name: 'fable', source: stored })
  const before = await serve('before', 'tale')
  const renamed = await update({ id: model.id, name: 'storyteller', description: ' Ma\u0308rchen ' })
  expect(renamed.model).toMatchObject({ name: 'storyteller', description: 'Märchen', shared: false })
  expect(Date.parse(renamed.model?.updatedAt ?? '')).toBeGreaterThan(
    Date.parse(renamed.model?.createdAt ?? ''),
  )
  expect(await modelNamed('tale')).toBeNull()
  // Ann's own comes before the shared one of that name.
  expect(await modelNamed('storyteller')).toEqual({ id: model.id, shared: false })
  const after = await serve('after', 'storyteller')
  await expect(serve('late', 'tale')).rejects.toThrow('no model named')
  const { data } = await ask(
    berth,
    `query ($version: ID!, $fable: ID!, $server: ID!) {
      modelVersion(id: $version) { model { name } servers { id name modelName } }
      unused: modelVersion(id: $fable) { servers { id } }
      server(id: $server) { modelName model { name } } }`,
    { version: id, fable: other.id, server: before.id },
    ann.token,
  )
  expect(data).toEqual({
    modelVersion: {
      model: { name: 'storyteller' },
      servers: [
        { id: after.id, name: 'after', modelName: 'storyteller' },
        { id: before.id, name: 'before', modelName: 'tale' },
      ],
    },
    unused: { servers: [] },
    server: { modelName: 'tale', model: { name: 'storyteller' } },
  })
  expect(await update({ id: other.model.id, name: 'storyteller' })).toMatchObject({
    __typename: 'ModelNameTaken',
    message: expect.stringMatching(/^This tenant has a model named storyteller already/),
  })
  expect(await update({ id: model.id, description: '' })).toMatchObject({
    model: { name: 'storyteller', description: null },
  })
  expect(await update({ id: model.id, name: 'Upper' })).toMatchObject({ field: 'name' })
  expect(await update({ id: model.id, shared: true })).toMatchObject({ field: 'shared' })
  expect((await update({ id: model.id, name: 'mine' }, bob)).__typename).toBe('ModelNotFound')
})

test('a version gets another tag, unless a version of the model has it', async () => {
  const { id } = await registerModel(berth, ann.token, { name: 'tagged', tag: 'v1', source: stored })
  const second = { name: 'tagged', tag: 'v2', source: { uri: 's3://upstream/other.gguf' } }
  await registerModel(berth, ann.token, second)
  expect((await retag(id, 'q8.0')).version).toEqual({ tag: 'q8.0' })
  expect(await retag(id, 'v2')).toMatchObject({
    __typename: 'VersionTaken',
    message: expect.stringContaining('s3://upstream/other.gguf'),
    version: { tag: 'v2' },
  })
  expect(await retag(id, 'v 2')).toMatchObject({ __typename: 'InvalidInput', field: 'tag' })
})

test('an admin moves a model into the shared catalogue, and out of it when nobody else uses it', async () => {
  const name = `commons-${Date.now()}`
  const { id, model } = await registerModel(berth, admin.token, { name, source: stored })
  expect(await modelNamed(name, bob)).toBeNull()
  expect((await update({ id: model.id, shared: true }, admin)).model?.shared).toBe(true)
  expect(await modelNamed(name, bob)).toEqual({ id: model.id, shared: true })
  const server = await serve('bobs-secret', name, bob)
  expect(await update({ id: model.id, shared: false }, admin)).toMatchObject({
    __typename: 'ModelInUse',
    usedBy: ['a server of another tenant'],
  })
  const { errors } = await ask(
    berth,
    'mutation ($id: ID!) { updateModel(input: {id: $id, name: "mine"}) { __typename } }',
    { id: model.id },
    bob.token,
  )
  expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  await field(berth, 'mutation ($id: ID!) { deleteServer(id: $id) { __typename } }', server, bob.token)
  await until(
    'it is out of the catalogue',
    async () => (await update({ id: model.id, shared: false }, admin)).model?.shared === false,
  )
  expect(await modelNamed(name, bob)).toBeNull()
  // Bob's server had begun a retrieval.
  await until(
    'it is deleted',
    async () => (await remove(id, admin)).__typename === 'DeleteModelVersionSuccess',
  )
})

interface Page {
  edges: { node: { name: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
const find = (search: string, first = 100, after: string | null = null) =>
  field<Page>(
    berth,
    `query ($search: String, $first: Int, $after: String) { models(search: $search, first: $first, after: $after) {
      edges { node { name } } pageInfo { hasNextPage endCursor } } }`,
    { search, first, after },
    bob.token,
  )

test('models are found by name, description and tag, page by page, while some are renamed', async () => {
  const ids = new Map<string, string>()
  for (const [name, tag, description] of [
    ['found-a', 'q4-k-m', 'Größe: 100 % ÄÖÜ'],
    ['found-b', 'v1', 'a_b'],
    ['found-c', 'v1', 'axb'],
    ['found-d', 'v1', 'back\\slash'],
    ['found-e', 'v1', ''],
  ]) {
    const { model } = await registerModel(berth, bob.token, { name, tag, description, source: stored })
    ids.set(name ?? '', model.id)
  }
  const found = async (search: string) => (await find(search)).edges.map(({ node }) => node.name)
  const all = ['found-a', 'found-b', 'found-c', 'found-d', 'found-e']
  expect(await found('FOUND-')).toEqual(all)
  expect(await found('Q4-K')).toEqual(['found-a'])
  expect(await found('grÖsse')).toEqual([])
  expect(await found(' gRÖßE: ')).toEqual(['found-a'])
  expect(await found('äo\u0308ü')).toEqual(['found-a'])
  expect(await found('0 %')).toEqual(['found-a'])
  expect(await found('a_b')).toEqual(['found-b'])
  expect(await found('k\\s')).toEqual(['found-d'])

  const first = await find('found-', 2)
  expect(first.pageInfo.hasNextPage).toBe(true)
  // The row that the cursor stands on goes elsewhere, and another one comes before it.
  await update({ id: ids.get('found-b'), name: 'gone-from-b' }, bob)
  await update({ id: ids.get('found-d'), name: 'a-found-d' }, bob)
  const second = await find('found-', 2, first.pageInfo.endCursor)
  const names = [first, second].flatMap(({ edges }) => edges.map(({ node }) => node.name))
  expect(names).toEqual(['found-a', 'found-b', 'found-c', 'found-e'])
  expect(second.pageInfo.hasNextPage).toBe(false)
})

interface Racing {
  name: string
  status: string
  modelVersion: { tag: string } | null
}

test('a deletion and a deploy at once leave no server without its version', async () => {
  // Whoever has no other servers may have as many as this.
  const cid = await newPerson(berth, 'cid')
  const kept: string[] = []
  for (let round = 0; round < 9; round++) {
    const name = `race-${round}`
    const version = await registerModel(berth, cid.token, { name, source: stored })
    const removing = async () => {
      // A question or two put it at another moment of the deploy.
      for (let before = 0; before < round % 3; before++) await modelNamed(name, cid)
      return remove(version.id, cid)
    }
    const [removed, server] = await Promise.all([
      removing(),
      serve(name, name, cid).catch((error: Error) => error),
    ])
    if (server instanceof Error) expect(server.message).toMatch(/no model named|taken away just now/)
    else kept.push(name)
    if (kept.includes(name)) expect(removed).toMatchObject({ __typename: 'VersionInUse', usedBy: [name] })
  }
  const { servers } = await until('what was taken back is gone', async () => {
    const { edges } = await field<{ edges: { node: Racing }[] }>(
      berth,
      '{ servers(first: 100) { edges { node { name status modelVersion { tag } } } } }',
      {},
      cid.token,
    )
    const racing = edges.map(({ node }) => node)
    return racing.length === kept.length && { servers: racing }
  })
  for (const { name, status, modelVersion } of servers) {
    expect({ name, modelVersion }).toEqual({ name, modelVersion: { tag: 'latest' } })
    expect(status).not.toBe('FAILED')
  }
})

test('an upload that is called off leaves the version that a server waits for', async () => {
  const begun = await field<{ upload: { id: string; version: { id: string } } }>(
    berth,
    `mutation ($input: BeginUploadInput!) { beginUpload(input: $input) {
      ... on BeginUploadSuccess { upload { id version { id } } } } }`,
    { input: { name: 'awaited', fileName: 'awaited.gguf', sizeBytes: 1_000_000 } },
    ann.token,
  )
  const { id, version } = begun.upload
  await serve('waiting', 'awaited')
  const cancelled = await field<Outcome>(
    berth,
    `mutation ($id: ID!) { cancelUpload(id: $id) { ${told} } }`,
    { id },
    ann.token,
  )
  expect(cancelled.__typename).toBe('CancelUploadSuccess')
  expect(await remove(version.id)).toMatchObject({ __typename: 'VersionInUse', usedBy: ['waiting'] })
})

// The mark of a process that was killed is made here by hand.
test.runIf(data)('a version whose deletion was cut off is hidden for a minute, and back then', async () => {
  const { id } = await registerModel(berth, ann.token, { name: 'cut-off', source: stored })
  const mark = (since: string) =>
    queryOf(
      { berth, data, service: 'models' },
      `UPDATE model_versions SET withdrawn_at = now() - interval '${since}' WHERE id = '${id}'`,
    )
  const isThere = async () =>
    (await field(berth, 'query ($id: ID!) { modelVersion(id: $id) { id } }', { id }, ann.token)) !== null
  await mark('1 second')
  expect(await isThere()).toBe(false)
  expect((await remove(id)).__typename).toBe('VersionNotFound')
  await mark('61 seconds')
  expect(await isThere()).toBe(true)
  expect((await remove(id)).__typename).toBe('DeleteModelVersionSuccess')
})
