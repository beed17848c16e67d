import { expect, test } from 'vitest'
import { untilEndpoint } from './readiness.ts'
import type { Route, RoutingTable } from './routing.ts'

const route: Route = {
  serverId: '6f1c1b2e-0000-4000-8000-000000000001',
  tenantId: 't1',
  namespace: 'berth-ann',
  name: 'teller',
  modelName: 'storyteller',
  phase: 'Ready',
  message: undefined,
  createdAt: undefined,
  endpoints: [],
}

/** A cluster whose table the test changes. */
function clusterOf(first: Route) {
  const listeners = new Set<(table: RoutingTable) => void>()
  let table: RoutingTable = new Map([[first.serverId, first]])
  return {
    listeners,
    current: () => table,
    onChange(listener: (table: RoutingTable) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    become(next: Route) {
      table = new Map([[next.serverId, next]])
      for (const listener of listeners) listener(table)
    },
  }
}

test('waits for the endpoint of a server that is ready, and listens no longer than that', async () => {
  const cluster = clusterOf(route)
  const waiting = untilEndpoint(cluster, route)
  cluster.become({ ...route, message: 'still none' })
  cluster.become({ ...route, endpoints: ['http://10.0.0.7:8000'] })
  expect((await waiting).endpoints).toEqual(['http://10.0.0.7:8000'])
  expect(cluster.listeners.size).toBe(0)
})

test('gives up in time', async () => {
  const cluster = clusterOf(route)
  expect((await untilEndpoint(cluster, route, 1)).endpoints).toEqual([])
  expect(cluster.listeners.size).toBe(0)
})

test.each(['Failed', 'Pending'])('does not wait for a server that is %s', async (phase) => {
  const cluster = clusterOf({ ...route, phase })
  const waiting = untilEndpoint(cluster, { ...route, phase })
  expect(cluster.listeners.size).toBe(0)
  expect((await waiting).phase).toBe(phase)
})
