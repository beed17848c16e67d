import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { GraphQLDataSource } from '@apollo/gateway'
import { createLog } from '@berth/platform/log'
import { expect, test } from 'vitest'
import { compose } from '../supergraph.ts'
import { executeEvent } from './execute.ts'
import { createPlanCache } from './plans.ts'

const sdl = readFileSync(
  fileURLToPath(import.meta.resolve('@berth/schema/generated/supergraph.graphql')),
  'utf8',
)
const composition = compose(sdl, ['auth', 'models', 'servers'])
const context = { caller: undefined, requestId: 'r-1', log: createLog('test', 'silent') }
const query = `subscription Live($after: String) {
  change: serversChanged(after: $after) { cursor about: serverId server { name modelVersion { tag } } }
}`

function plan(document: string) {
  const made = createPlanCache().get(composition, document)
  if (!('perEvent' in made)) throw new Error(`Not planned: ${made.map(({ message }) => message).join(', ')}`)
  return made
}

function event(id: string) {
  const modelVersion = { __typename: 'ModelVersion', id: 'v-1' }
  return { data: { change: { cursor: '7', about: id, server: { name: 'fox', modelVersion } } } }
}

test('the owning subgraph has the events, and is asked for the keys of the other', () => {
  const { subgraph, source } = plan(query)
  expect(subgraph).toBe('servers')
  expect(source.query).toContain('serversChanged(after: $after)')
  expect(source.query).not.toContain('tag')
  expect(source.variables).toEqual(['after'])
})

test('an event is completed with the fields that another subgraph has', async () => {
  const models: GraphQLDataSource = {
    process: async ({ request }) => {
      expect(request.variables?.representations).toEqual([{ __typename: 'ModelVersion', id: 'v-1' }])
      return { data: { _entities: [{ tag: 'latest' }] } }
    },
  }
  const answer = await executeEvent(
    plan(query),
    event('s-1'),
    {},
    { context, sources: new Map([['models', models]]) },
  )
  expect(answer).toEqual({
    data: { change: { cursor: '7', about: 's-1', server: { name: 'fox', modelVersion: { tag: 'latest' } } } },
  })
})

test('what another subgraph cannot answer is null, with a masked error', async () => {
  const models: GraphQLDataSource = {
    process: async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.9')
    },
  }
  const { data, errors } = await executeEvent(
    plan(query),
    event('s-1'),
    {},
    { context, sources: new Map([['models', models]]) },
  )
  expect(data).toMatchObject({ change: { cursor: '7', server: { name: 'fox', modelVersion: null } } })
  expect(errors?.map(({ message, extensions }) => [message, extensions])).toEqual([
    ['Something broke here; the log has it under r-1.', { code: 'INTERNAL_SERVER_ERROR', requestId: 'r-1' }],
  ])
})

test.each([
  ['serversChanged', 'subscription { serversChanged { cursor } }', 'serverId'],
  ['any', 'subscription { any: serverChanged(id: "s-9") { server { name } } }', 'serverId'],
  ['retrieval', 'subscription { retrieval(versionId: "v-1") { status } }', 'id'],
])('the gateway asks what an event of %s is about, and keeps that to itself', async (name, document, key) => {
  const made = plan(document)
  expect(made.source.query).toContain(`_about: ${key}`)
  const data = { [name]: { cursor: '1', status: 'RUNNING', server: { name: 'fox' }, _about: 's-9' } }
  expect(made.keyOf(data)).toBe('s-9')
  const answer = await executeEvent(made, { data }, {}, { context, sources: new Map() })
  expect(answer.data).not.toBeNull()
  expect(JSON.stringify(answer)).not.toContain('_about')
})

test('a plan is kept for the same document', () => {
  const plans = createPlanCache()
  expect(plans.get(composition, query)).toBe(plans.get(composition, query))
})

test.each([
  ['subscription { nothing { id } }', 'Cannot query field'],
  [
    'subscription ($no: Boolean!) { serversChanged @include(if: $no) { cursor } }',
    'The document is not valid',
  ],
  [
    `subscription { serversChanged { server { ${'modelVersion { model { latest { '.repeat(5)} id ${'} } }'.repeat(5)} } } }`,
    'depth',
  ],
])('%s is refused', (document, message) => {
  const mistakes = createPlanCache().get(composition, document)
  expect(mistakes).toBeInstanceOf(Array)
  expect(JSON.stringify(mistakes)).toContain(message)
})
