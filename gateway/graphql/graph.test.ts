import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createHttpServer, listen } from '@berth/platform/http'
import { createLog } from '@berth/platform/log'
import { startSubgraph } from '@berth/platform/subgraph'
import { type Caller, TokenError, type TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance } from 'fastify'
import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connectSubgraph } from '../subgraph.ts'
import { serveGraph } from './routes.ts'

const schemaFile = (path: string) => fileURLToPath(import.meta.resolve(`@berth/schema/${path}`))
const log = createLog('test', 'silent')
const closers: (() => Promise<unknown> | unknown)[] = []
const serverId = '5f0c2a52-1f5c-4a50-9d3f-0d1c9b1d2e3f'

/** Tokens that say who they are for: `reader`, or `reader until <ms>`. */
const verifier: TokenVerifier = {
  async verify(token) {
    const [who, expiresAt] = (token ?? '').split('~')
    if (who !== 'reader') throw new TokenError('invalid', 'The token is not valid.')
    const caller: Caller = {
      kind: 'user',
      subject: 'reader',
      scopes: new Set(['models:read', 'servers:read']),
      tenantId: 't',
      token: token ?? '',
      expiresAt: Number(expiresAt ?? Date.now() + 3_600_000),
    }
    return caller
  },
}

/** Changes of the one server, as the servers service would tell them from a cursor on. */
async function* changes(after: string | undefined, gate: Promise<void>) {
  for (let cursor = Number(after ?? 0) + 1; cursor <= 3; cursor += 1) {
    if (cursor === 3) await gate
    const server = { id: serverId, name: 'fox', modelVersion: { __typename: 'ModelVersion', id: 'v-1' } }
    yield { serversChanged: { cursor: String(cursor), type: 'UPDATED', serverId, server } }
  }
  await new Promise(() => undefined)
}

let gate = Promise.withResolvers<void>()
let models: FastifyInstance
let servers: FastifyInstance
let base = ''

async function subgraph(name: string, resolvers: object, port = 0): Promise<FastifyInstance> {
  const app = createHttpServer({ log, checks: () => ({}) })
  const sdl = readFileSync(schemaFile(`subgraphs/${name}.graphql`), 'utf8')
  await startSubgraph({ sdl, resolvers, verifier, app, log, context: (context) => context })
  await listen(app, { host: '127.0.0.1', port })
  return app
}

async function end(app: FastifyInstance): Promise<void> {
  const closed = app.close()
  app.server.closeAllConnections()
  for (const socket of upgraded.get(app) ?? []) socket.destroy()
  await closed
}

const upgraded = new WeakMap<FastifyInstance, Set<{ destroy(): void }>>()
function follow(app: FastifyInstance): FastifyInstance {
  const sockets = new Set<{ destroy(): void }>()
  upgraded.set(app, sockets)
  app.server.on('connection', (socket) => sockets.add(socket))
  return app
}

const address = (app: FastifyInstance) => {
  const bound = app.server.address()
  return `http://127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : 0}`
}

beforeAll(async () => {
  const modelResolvers = {
    Query: { models: () => ({ edges: [], pageInfo: {} }) },
    ModelVersion: { __resolveReference: ({ id }: { id: string }) => ({ id, tag: `tag of ${id}` }) },
  }
  const serverResolvers = {
    Query: {
      server: () => ({ id: serverId, name: 'fox', modelVersion: { __typename: 'ModelVersion', id: 'v-1' } }),
      servers: () => {
        throw new Error('password=hunter2')
      },
    },
    Subscription: {
      serversChanged: {
        subscribe: (_: unknown, { after }: { after?: string }) => changes(after, gate.promise),
      },
    },
  }
  models = follow(await subgraph('models', modelResolvers))
  servers = follow(await subgraph('servers', serverResolvers))
  const urls = new Map([
    ['auth', 'http://127.0.0.1:1'],
    ['models', address(models)],
    ['servers', address(servers)],
  ])
  const app = createHttpServer({ log, checks: () => ({}) })
  const subgraphs = [...urls].map(([name, url]) => connectSubgraph({ name, url }))
  const graph = await serveGraph({
    app,
    verifier,
    subgraphs,
    addresses: new Map([...urls].map(([name, url]) => [name, `${url.replace('http', 'ws')}/graphql`])),
    supergraphFile: schemaFile('generated/supergraph.graphql'),
    introspection: true,
    origins: ['http://127.0.0.1:4000'],
    addressOf: ({ socket }) => socket.remoteAddress ?? '',
    log,
  })
  await listen(app, { host: '127.0.0.1', port: 0 })
  base = address(app)
  closers.push(
    () => end(models),
    () => end(servers),
    () => end(app),
    () => graph.close(),
  )
  closers.push(...subgraphs.map(({ close }) => close))
}, 60_000)

afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

async function post(query: string, token = 'reader') {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, ...((await response.json()) as { data?: unknown; errors?: Told[] }) }
}

interface Told {
  message: string
  extensions: { code: string; requestId: string }
}

function connect(token: string): { client: Client; closed: Promise<{ code: number; reason: string }> } {
  const closing = Promise.withResolvers<{ code: number; reason: string }>()
  const client = createClient({
    url: `${base.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => closing.resolve(event as { code: number; reason: string }) },
  })
  return { client, closed: closing.promise }
}

const live = `subscription ($after: String) {
  serversChanged(after: $after) { cursor serverId server { name modelVersion { tag } } }
}`

test('one query is answered by two subgraphs', async () => {
  expect(await post(`{ server(id: "${serverId}") { name modelVersion { tag } } }`)).toEqual({
    status: 200,
    data: { server: { name: 'fox', modelVersion: { tag: 'tag of v-1' } } },
  })
})

test('what a subgraph hides stays hidden', async () => {
  const { errors } = await post('{ servers { pageInfo { hasNextPage } } }')
  expect(errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) })
  expect(JSON.stringify(errors)).not.toContain('hunter2')
})

test('a subgraph that is away is named, and the rest of the answer is kept', async () => {
  const { data, errors } = await post(`{ server(id: "${serverId}") { name } me { id } }`)
  expect(data).toBeNull()
  expect(errors?.[0]?.message).toContain('The auth service cannot be reached')
  expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE')
})

test('no token, a bad token and a subscription by POST are refused as a whole', async () => {
  expect(await post('{ server(id: "1") { id } }', '')).toMatchObject({ status: 401 })
  expect(await post('{ __typename }', 'forged')).toMatchObject({ status: 401 })
  expect(await post('mutation { deleteServer(id: "1") { __typename } }')).toMatchObject({ status: 403 })
  expect(await post(live)).toMatchObject({ status: 400 })
})

test('a body that is no operation is refused in the shape of an answer', async () => {
  const send = (body: string, type = 'application/json') =>
    fetch(`${base}/graphql`, { method: 'POST', headers: { 'content-type': type }, body })
  for (const [response, status] of [
    [await send('{'), 400],
    [await send('a', 'application/x-berth'), 415],
  ] as const) {
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      errors: [
        { message: expect.any(String), extensions: { code: 'BAD_REQUEST', requestId: expect.any(String) } },
      ],
    })
  }
  const persisted = { persistedQuery: { version: 1, sha256Hash: 'aa' } }
  const answer = await send(JSON.stringify({ query: '{ __typename }', extensions: persisted }))
  expect(await answer.json()).toMatchObject({
    errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
  })
})

test('a subscription delivers what two subgraphs have, and goes on from a cursor', async () => {
  gate = Promise.withResolvers()
  const { client } = connect('reader')
  const events = client.iterate({ query: live, variables: { after: '1' } })
  expect((await events.next()).value).toEqual({
    data: {
      serversChanged: { cursor: '2', serverId, server: { name: 'fox', modelVersion: { tag: 'tag of v-1' } } },
    },
  })
  gate.resolve()
  expect((await events.next()).value?.data).toMatchObject({ serversChanged: { cursor: '3' } })
  await client.dispose()
})

test('a query runs over the socket too, and a missing scope is told', async () => {
  const { client } = connect('reader')
  const ask = (query: string) => client.iterate({ query }).next()
  expect((await ask(`{ server(id: "${serverId}") { name } }`)).value).toEqual({
    data: { server: { name: 'fox' } },
  })
  const { value } = await ask('mutation { deleteServer(id: "1") { __typename } }')
  expect(value).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  await expect(ask('subscription { serversChanged { nope } }')).rejects.toMatchObject([
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ])
  await expect(ask('subscription ($id: ID!) { serverChanged(id: $id) { cursor } }')).rejects.toMatchObject([
    {
      message: 'Variable "$id" of required type "ID!" was not provided.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ])
  await client.dispose()
})

test('a socket ends with its token, so that the client comes back with a new one', async () => {
  const { client, closed } = connect(`reader~${Date.now() + 150}`)
  client.subscribe({ query: live }, { next: () => {}, error: () => {}, complete: () => {} })
  expect(await closed).toMatchObject({ code: 4403 })
})

test('a page of another origin gets no socket', async () => {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    origin: 'http://evil.example',
  })
  const [error] = await once(socket, 'error')
  expect(String(error)).toContain('403')
})

test('when a subgraph is lost after events, the client is sent to connect again', async () => {
  gate = Promise.withResolvers()
  const { client, closed } = connect('reader')
  const events = client.iterate({ query: live })
  await events.next()
  events.next().catch(() => undefined)
  await end(servers)
  expect(await closed).toMatchObject({ code: 1012, reason: 'The servers service was lost' })
})
