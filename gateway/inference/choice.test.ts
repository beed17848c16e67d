import { expect, test } from 'vitest'
import { chooseEndpoint, chooseServer, servedModels } from './choice.ts'
import type { Route } from './routing.ts'

function route(serverId: string, change: Partial<Route> = {}): Route {
  return {
    serverId,
    tenantId: 'anna',
    namespace: 'berth-anna',
    name: `server-${serverId}`,
    modelName: 'storyteller',
    phase: 'Ready',
    message: undefined,
    createdAt: new Date('2026-11-01T00:00:00Z'),
    endpoints: ['http://10.0.0.1:8000'],
    ...change,
  }
}

const table = (...routes: Route[]) => new Map(routes.map((entry) => [entry.serverId, entry]))
const idle = () => 0

test("a server's name comes before a model's, and an id works too", () => {
  const routes = table(route('a', { name: 'fox' }), route('b', { modelName: 'fox' }))
  expect(chooseServer(routes, { model: 'fox', tenantId: 'anna' }, idle)?.serverId).toBe('a')
  expect(chooseServer(routes, { model: 'b', tenantId: 'anna' }, idle)?.serverId).toBe('b')
})

test('of the servers of one model a ready one is taken, and of those the least busy', () => {
  const routes = table(route('a', { endpoints: [] }), route('b'), route('c'))
  const busy = ({ serverId }: Route) => (serverId === 'b' ? 3 : 1)
  expect(chooseServer(routes, { model: 'storyteller', tenantId: 'anna' }, busy)?.serverId).toBe('c')
  const none = table(route('a', { endpoints: [] }))
  expect(chooseServer(none, { model: 'storyteller', tenantId: 'anna' }, idle)?.serverId).toBe('a')
})

test("another tenant's servers are not there, by name, model or id", () => {
  const routes = table(route('a', { name: 'fox', tenantId: 'eve' }))
  for (const model of ['fox', 'storyteller', 'a']) {
    expect(chooseServer(routes, { model, tenantId: 'anna' }, idle)).toBeUndefined()
  }
  expect(servedModels(routes, 'anna')).toEqual([])
})

test('the endpoint with the fewest requests is taken, at random among equals', () => {
  const inFlight = (origin: string) => (origin === 'x' ? 2 : 1)
  expect(chooseEndpoint(['x', 'y', 'z'], inFlight, () => 0)).toBe('y')
  expect(chooseEndpoint(['x', 'y', 'z'], inFlight, () => 0.99)).toBe('z')
  expect(chooseEndpoint([], inFlight)).toBeUndefined()
})

test('a model that several servers serve is listed once, with all of them', () => {
  expect(servedModels(table(route('a'), route('b', { endpoints: [] })), 'anna')).toEqual([
    {
      id: 'storyteller',
      object: 'model',
      created: 1793491200,
      owned_by: 'berth',
      servers: [
        { id: 'a', name: 'server-a', ready: true },
        { id: 'b', name: 'server-b', ready: false },
      ],
    },
  ])
})
