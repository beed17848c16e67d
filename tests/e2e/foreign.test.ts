import { randomUUID } from 'node:crypto'
import { until } from '@berth/kit/condition'
import { ask, field, subscribe } from '@berth/kit/graph'
import { newPerson, type Person, signIn } from '@berth/kit/people'
import { deploy } from '@berth/kit/servers'
import { quote } from '@berth/platform/quote'
import { beforeAll, expect, inject, test } from 'vitest'
import { type Belongings, type Kind, makeBelongings, secretNames, wrongIds } from '../fixtures/belongings.ts'
import { idArguments } from '../fixtures/schema.ts'

const berth = inject('berth')

let ann: Person
let anns: Belongings
let strangers: Person[]
beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
  strangers = [await newPerson(berth, 'bob'), await signIn(berth, 'admin', inject('adminPassword'))]
  anns = await makeBelongings(berth, ann)
})

interface Way {
  kind: Kind
  operation: string
  /** What there is to be answered for an id that does not exist. */
  says: RegExp
}

const union = (call: string) =>
  `mutation ($id: ID!) { answer: ${call} { __typename ... on Error { message } } }`
const reasons = '{ allowed reasons { code message } token }'
const wanted = '{ name: "mine", model: "storyteller", versionId: $id }'

/** Each way for an id to come in, by its place in the schema. */
const ways: Record<string, Way> = {
  'Query.model(id)': {
    kind: 'model',
    operation: 'query ($id: ID!) { answer: model(id: $id) { id name } }',
    says: /"answer":null/,
  },
  'Query.modelVersion(id)': {
    kind: 'version',
    operation: 'query ($id: ID!) { answer: modelVersion(id: $id) { id tag servers { name } } }',
    says: /"answer":null/,
  },
  'Query.server(id)': {
    kind: 'server',
    operation: 'query ($id: ID!) { answer: server(id: $id) { id name url } }',
    says: /"answer":null/,
  },
  'Query.planServer(input.versionId)': {
    kind: 'version',
    operation: `query ($id: ID!) { answer: planServer(input: ${wanted}) ${reasons} }`,
    says: /MODEL_NOT_FOUND/,
  },
  'Mutation.deployServer(input.versionId)': {
    kind: 'version',
    operation: union(`deployServer(input: ${wanted})`),
    says: /ContractViolation.*has no version/,
  },
  'Mutation.retrieveModel(versionId)': {
    kind: 'version',
    operation: union('retrieveModel(versionId: $id)'),
    says: /VersionNotFound/,
  },
  'Mutation.cancelRetrieval(versionId)': {
    kind: 'version',
    operation: union('cancelRetrieval(versionId: $id)'),
    says: /VersionNotFound/,
  },
  'Mutation.deleteModelVersion(id)': {
    kind: 'version',
    operation: union('deleteModelVersion(id: $id)'),
    says: /VersionNotFound/,
  },
  'Mutation.signUploadParts(id)': {
    kind: 'upload',
    operation: union('signUploadParts(id: $id, numbers: [1])'),
    says: /UploadNotFound/,
  },
  'Mutation.completeUpload(id)': {
    kind: 'upload',
    operation: union('completeUpload(id: $id)'),
    says: /UploadNotFound/,
  },
  'Mutation.cancelUpload(id)': {
    kind: 'upload',
    operation: union('cancelUpload(id: $id)'),
    says: /UploadNotFound/,
  },
  'Mutation.updateModel(input.id)': {
    kind: 'model',
    operation: union('updateModel(input: { id: $id, description: "Theirs." })'),
    says: /ModelNotFound/,
  },
  'Mutation.retagModelVersion(id)': {
    kind: 'version',
    operation: union('retagModelVersion(id: $id, tag: "theirs")'),
    says: /VersionNotFound/,
  },
  'Mutation.scaleServer(id)': {
    kind: 'server',
    operation: union('scaleServer(id: $id, replicas: 2)'),
    says: /ServerNotFound/,
  },
  'Mutation.stopServer(id)': {
    kind: 'server',
    operation: union('stopServer(id: $id)'),
    says: /ServerNotFound/,
  },
  'Mutation.startServer(id)': {
    kind: 'server',
    operation: union('startServer(id: $id)'),
    says: /ServerNotFound/,
  },
  'Mutation.deleteServer(id)': {
    kind: 'server',
    operation: union('deleteServer(id: $id)'),
    says: /ServerNotFound/,
  },
  'Subscription.retrieval(versionId)': {
    kind: 'version',
    operation: 'subscription ($id: ID!) { answer: retrieval(versionId: $id) { id status } }',
    says: /NOT_FOUND/,
  },
  'Subscription.serverChanged(id)': {
    kind: 'server',
    operation: 'subscription ($id: ID!) { answer: serverChanged(id: $id) { cursor server { name } } }',
    says: /NOT_FOUND/,
  },
}

const cursorWays = {
  'Query.models(after)': '{ models(first: 100) { edges { cursor node { name } } } }',
  'Query.servers(after)': '{ servers(first: 100) { edges { cursor node { name } } } }',
}
const changeWays = {
  'Subscription.serversChanged(after)':
    'subscription ($after: String) { serversChanged(after: $after) { cursor server { name } } }',
  'Subscription.serverChanged(after)':
    'subscription ($id: ID!, $after: String) { serverChanged(id: $id, after: $after) { cursor server { name } } }',
}

test('every argument of the schema that takes an id or a cursor is tried here', () => {
  const tried = [...Object.keys(ways), ...Object.keys(cursorWays), ...Object.keys(changeWays)]
  expect(tried.toSorted()).toEqual(idArguments().toSorted())
})

/** The answer as a stranger sees it, without the id that was asked for and what differs from request to request. */
const comparable = (answer: unknown, id: string): string =>
  JSON.stringify(answer, (key, value) => {
    if (key === 'requestId' || key === 'stack') return undefined
    return typeof value === 'string' ? value.replace(quote(id), '<id>') : value
  })

async function answerTo({ operation }: Way, token: string, id: string): Promise<string> {
  if (!operation.startsWith('subscription')) return comparable(await ask(berth, operation, { id }, token), id)
  const live = subscribe(berth, token, operation, { id })
  await until('the subscription says something', () => live.errors.length + live.events.length > 0)
  await live.close()
  return comparable({ events: live.events, errors: live.errors }, id)
}

test.each(Object.entries(ways))(
  '%s answers for what is foreign or malformed as for what does not exist',
  async (_place, way) => {
    for (const { token } of strangers) {
      const absent = await answerTo(way, token, randomUUID())
      expect(absent).toMatch(way.says)
      for (const id of wrongIds(anns, way.kind)) {
        expect.soft(await answerTo(way, token, id), quote(id)).toBe(absent)
      }
    }
  },
)

test.each(['Query.model(id)', 'Query.server(id)', 'Mutation.retrieveModel(versionId)'])(
  "%s takes one's own id in upper case, too",
  async (place) => {
    const { kind, operation } = ways[place] ?? { kind: 'model', operation: '' }
    const [lower, upper] = await Promise.all(
      [anns[kind], anns[kind].toUpperCase()].map((id) => ask(berth, operation, { id }, ann.token)),
    )
    expect(JSON.stringify(upper)).toBe(JSON.stringify(lower))
    expect(JSON.stringify(upper)).not.toMatch(/null|NotFound/)
  },
)

test.each(Object.entries(cursorWays))('%s gives nothing for a foreign cursor', async (_place, query) => {
  const page = query
    .replace('first: 100', 'first: 100, after: $after')
    .replace('{', 'query ($after: String) {')
  const { edges } = await field<{ edges: { cursor: string; node: { name: string } }[] }>(
    berth,
    query,
    {},
    ann.token,
  )
  const cursor = edges.find(({ node }) => Object.values(secretNames).includes(node.name))?.cursor
  expect(cursor).toBeDefined()
  for (const { token } of strangers) {
    const answer = await ask(berth, page, { after: cursor }, token)
    expect(answer.errors).toBeUndefined()
    expect(JSON.stringify(answer)).not.toContain('anns-secret')
    for (const after of [
      'x',
      '\0',
      'WyJhIiwieCJd',
      Buffer.from('["a\0","b"]').toString('base64url'),
      '☃'.repeat(9_999),
    ]) {
      const { data, errors } = await ask(berth, page, { after }, token)
      expect({ data, code: errors?.[0]?.extensions?.code }).toEqual({ data: null, code: 'BAD_USER_INPUT' })
    }
  }
})

test.each(Object.entries(changeWays))('%s gives nothing for a foreign cursor', async (_place, operation) => {
  const after = await newestCursor(ann.token)
  const bob = await newPerson(berth, 'bob')
  const own = await deploy(berth, bob.token, { name: 'bobs-own', model: 'storyteller', replicas: 0 })
  const live = subscribe<{ server: { name: string } | null }>(berth, bob.token, operation, {
    id: own.id,
    after,
  })
  const act = (call: string) => field(berth, union(`${call}(id: $id)`), { id: own.id }, bob.token)
  await until('what Bob does is heard', async () => {
    await act('stopServer')
    await act('startServer')
    return live.events.length > 0
  })
  await act('deleteServer')
  await until('what Bob has done is told', () => live.events.some(({ server }) => server === null))
  await live.close()
  expect(live.errors).toEqual([])
  expect(new Set(live.events.map(({ server }) => server?.name))).toEqual(new Set(['bobs-own', undefined]))
  const wrong = subscribe(berth, bob.token, operation, { id: own.id, after: '-1' })
  await until('the cursor is refused', () => wrong.errors.length > 0)
  await wrong.close()
  expect(JSON.stringify(wrong.errors)).toContain('BAD_USER_INPUT')
})

async function newestCursor(token: string): Promise<string> {
  const live = subscribe<{ cursor: string }>(berth, token, 'subscription { serversChanged { cursor } }')
  const { cursor } = await until('there is a snapshot', () => live.events[0])
  await live.close()
  return cursor
}

test("a stranger's path of inference is as one that leads nowhere", async () => {
  const get = async (path: string, token: string, body?: object) => {
    const response = await fetch(`${berth}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.text()).replaceAll(/[\da-f-]{36}/gi, '<id>') }
  }
  const question = { model: 'x', messages: [{ role: 'user', content: 'Hello' }] }
  for (const { token } of strangers) {
    for (const [path, body] of [
      ['/v1/models', undefined],
      ['/v1/chat/completions', question],
      ['', undefined],
    ] as const) {
      const absent = await get(`/${randomUUID()}${path}`, token, body)
      expect(absent.status).toBe(404)
      expect(await get(`/${anns.server}${path}`, token, body)).toEqual(absent)
      expect(await get(`/${anns.server.toUpperCase()}${path}`, token, body)).toEqual(absent)
    }
    const named = (model: string) => get('/v1/chat/completions', token, { ...question, model })
    const unknown = await named('nobodys-server-name')
    expect(unknown.status).toBe(404)
    for (const model of [...Object.values(secretNames), anns.server, anns.model]) {
      const answer = await named(model)
      expect(answer.status).toBe(404)
      expect(answer.body.replace(model, '').replace('<id>', '')).toBe(
        unknown.body.replace('nobodys-server-name', ''),
      )
    }
  }
})

test('after all of this Ann has what she had', async () => {
  const { data } = await ask(
    berth,
    'query ($server: ID!, $model: ID!) { server(id: $server) { name status replicas } model(id: $model) { latest { id status } } }',
    { server: anns.server, model: anns.model },
    ann.token,
  )
  expect(data).toMatchObject({
    server: { name: secretNames.server, replicas: 0 },
    model: { latest: { id: anns.version, status: 'READY' } },
  })
})
