import { createLog } from '@berth/platform/log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type StatusBatch, startPublisher } from './publisher.ts'
import type { ServerReport } from './snapshot.ts'

const log = createLog('test', 'silent')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function report(serverId: string, change: Partial<ServerReport> = {}): ServerReport {
  return {
    serverId,
    namespace: 'n',
    name: serverId,
    observedGeneration: 1,
    phase: 'Starting',
    specReplicas: 1,
    replicas: 1,
    readyReplicas: 0,
    deployment: serverId,
    service: serverId,
    pods: [],
    deleting: false,
    refused: false,
    ...change,
  }
}

/** A publisher over a small world, and the servers service that it tells. */
function world() {
  const servers = new Map<string, ServerReport>()
  const batches: StatusBatch[] = []
  let away = false
  const publisher = startPublisher({
    report: (key) => servers.get(key),
    reportAll: () => [...servers.values()],
    async send(batch) {
      if (away) throw new Error('away')
      batches.push(batch)
    },
    log,
  })
  return {
    servers,
    batches,
    publisher,
    told: () =>
      batches.map(({ full, servers, deleted }) => ({
        full,
        servers: servers.map(({ serverId, phase }) => `${serverId} ${phase}`),
        deleted: deleted.map(({ serverId }) => serverId),
      })),
    isAway(value: boolean) {
      away = value
    },
    set(id: string, phase: string, change: Partial<ServerReport> = {}) {
      servers.set(id, report(id, { phase, ...change }))
      publisher.touch(id)
    },
  }
}

test('everything first, then what changed, gathered for a few milliseconds, the latest state only', async () => {
  const { set, told, servers } = world()
  servers.set('a', report('a'))
  await vi.advanceTimersByTimeAsync(15)
  expect(told()).toEqual([{ full: true, servers: ['a Starting'], deleted: [] }])
  set('b', 'Pending')
  set('a', 'Degraded')
  set('a', 'Ready')
  await vi.advanceTimersByTimeAsync(15)
  expect(told()[1]).toEqual({ full: false, servers: ['b Pending', 'a Ready'], deleted: [] })
})

test('what is known already is not told again, except in the full one every 30 s', async () => {
  const { set, told, publisher } = world()
  set('a', 'Ready')
  await vi.advanceTimersByTimeAsync(15)
  publisher.touch('a')
  await vi.advanceTimersByTimeAsync(100)
  expect(told()).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told().slice(1)).toEqual([{ full: true, servers: ['a Ready'], deleted: [] }])
})

test('after an outage everything is told, once, and promptly', async () => {
  const { set, told, isAway, batches } = world()
  await vi.advanceTimersByTimeAsync(15)
  isAway(true)
  for (let step = 0; step < 50; step += 1) {
    set('a', `phase-${step}`)
    await vi.advanceTimersByTimeAsync(200)
  }
  isAway(false)
  batches.length = 0
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told()).toEqual([{ full: true, servers: ['a phase-49'], deleted: [] }])
  set('a', 'Ready')
  await vi.advanceTimersByTimeAsync(15)
  expect(told()[1]).toEqual({ full: false, servers: ['a Ready'], deleted: [] })
})

test('a deletion is told, waits for the answer, and is not undone by a resource that is about to go', async () => {
  const { set, told, publisher, servers } = world()
  set('a', 'Ready')
  await vi.advanceTimersByTimeAsync(15)
  set('a', 'Pending', { deleting: true })
  const known = publisher.gone('a')
  await vi.advanceTimersByTimeAsync(15)
  await known
  expect(told()[1]).toEqual({ full: false, servers: [], deleted: ['a'] })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told()[2]).toEqual({ full: true, servers: [], deleted: [] })
  servers.delete('a')
  publisher.touch('a')
  await vi.advanceTimersByTimeAsync(30_000)
  set('a', 'Starting')
  await vi.advanceTimersByTimeAsync(15)
  expect(told().at(-1)).toEqual({ full: false, servers: ['a Starting'], deleted: [] })
})

test('a deletion that cannot be told is told by the next full batch', async () => {
  const { set, told, publisher, servers, isAway } = world()
  set('a', 'Ready')
  await vi.advanceTimersByTimeAsync(15)
  isAway(true)
  servers.delete('a')
  const failing = expect(publisher.gone('a')).rejects.toThrow('away')
  await vi.advanceTimersByTimeAsync(15)
  await failing
  isAway(false)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told().at(-1)).toEqual({ full: true, servers: [], deleted: [] })
})

test('nothing is sent after it stopped', async () => {
  const { set, told, publisher } = world()
  await vi.advanceTimersByTimeAsync(15)
  await publisher.stop()
  set('a', 'Ready')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told()).toHaveLength(1)
})
