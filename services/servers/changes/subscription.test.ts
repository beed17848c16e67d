import { expect, test } from 'vitest'
import { exampleServer } from '../records/example.ts'
import type { ServerRow } from '../records/server.ts'
import { type ChangeReader, pageSize } from './reader.ts'
import { changeType, endingAtOnce, followServers } from './subscription.ts'
import { createWaitingRoom } from './wakes.ts'

const tenantId = exampleServer().tenantId

/** Rows as the database would answer them, and a counter. */
function store(rows: ServerRow[]) {
  const state = { rows, version: Math.max(0, ...rows.map(({ version }) => version)), swept: 0 }
  const byVersion = () => state.rows.toSorted((a, b) => a.version - b.version)
  const reader: ChangeReader = {
    snapshot: async () => ({ version: state.version, rows: byVersion().filter((row) => !row.deletedAt) }),
    canContinue: async (_tenant, version) => version <= state.version && version >= state.swept,
    changes: async (_tenant, after) =>
      byVersion()
        .filter((row) => row.version > after)
        .slice(0, pageSize),
  }
  const room = createWaitingRoom()
  return {
    state,
    reader,
    room,
    change(id: string, changes: Partial<ServerRow>) {
      const version = ++state.version
      const known = state.rows.find((row) => row.id === id)
      const next = known
        ? { ...known, version, ...changes }
        : exampleServer({ id, version, createdVersion: version, ...changes })
      state.rows = [...state.rows.filter((row) => row.id !== id), next]
      room.wake(tenantId, version)
    },
    follow(after?: number, only?: string) {
      const wake = room.subscribe(tenantId)
      return endingAtOnce(followServers({ reader, wake, tenantId, after, only }), wake)
    },
  }
}

async function take(events: ReturnType<ReturnType<typeof store>['follow']>, count: number) {
  const taken: string[] = []
  while (taken.length < count) {
    const { value, done } = await events.next()
    if (done) break
    taken.push(`${value.type} ${value.row.id} ${value.cursor}`)
  }
  return taken
}

const a = exampleServer({ id: 'a', version: 3, createdVersion: 1 })
const b = exampleServer({ id: 'b', version: 2, createdVersion: 2 })

test('a snapshot by version, then each change', async () => {
  const { follow, change } = store([a, b])
  const events = follow()
  expect(await take(events, 2)).toEqual(['SNAPSHOT b 2', 'SNAPSHOT a 3'])
  change('b', {})
  change('c', {})
  expect(await take(events, 2)).toEqual(['UPDATED b 4', 'ADDED c 5'])
  change('c', { deletedAt: new Date() })
  expect(await take(events, 1)).toEqual(['DELETED c 6'])
})

test('with a cursor, what happened since and nothing else', async () => {
  const { follow, change } = store([a, b])
  change('c', {})
  change('a', { deletedAt: new Date() })
  expect(await take(follow(3), 2)).toEqual(['ADDED c 4', 'DELETED a 5'])
})

test.each([
  ['ahead of the counter', 99, 0],
  ['older than tombstones that were swept', 1, 2],
])('a cursor %s begins again', async (_case, after, swept) => {
  const { follow, state } = store([a])
  state.swept = swept
  expect(await take(follow(after), 1)).toEqual(['SNAPSHOT a 3'])
})

test('what changes twice before it was read is told once', async () => {
  const { follow, change } = store([a])
  const events = follow(3)
  change('a', {})
  change('a', {})
  expect(await take(events, 1)).toEqual(['UPDATED a 5'])
})

test('pages go on until there is no more, and keep apart what is new', async () => {
  const { follow, change } = store([a])
  for (let index = 0; index < pageSize + 5; index++) change(`s${index}`, {})
  const taken = await take(follow(3), pageSize + 5)
  expect(new Set(taken.map((line) => line.split(' ')[0]))).toEqual(new Set(['ADDED']))
  expect(new Set(taken).size).toBe(pageSize + 5)
})

test('one server alone, until it is deleted', async () => {
  const { follow, change } = store([a, b])
  const events = follow(undefined, 'a')
  expect(await take(events, 1)).toEqual(['SNAPSHOT a 3'])
  change('b', {})
  change('a', { deletedAt: new Date() })
  expect(await take(events, 2)).toEqual(['DELETED a 5'])
})

test('leaving ends a subscription that waits', async () => {
  const { follow } = store([])
  const events = follow()
  const waiting = events.next()
  await new Promise((resolve) => setImmediate(resolve))
  await events.return?.()
  expect((await waiting).done).toBe(true)
})

test('a subscriber that is slow has one wake waiting, the newest', async () => {
  const room = createWaitingRoom()
  const wake = room.subscribe(tenantId)
  for (const version of [4, 5, 6]) room.wake(tenantId, version)
  expect(await wake.beyond(3)).toBe(6)
  room.wake(tenantId, 6)
  const next = wake.beyond(6)
  room.wakeAll()
  expect(await next).toBeUndefined()
  const last = wake.beyond(6)
  room.endAll()
  expect(await last).toBeNull()
})

test('a tombstone is a deletion, whenever its server was created', () => {
  expect(changeType(exampleServer({ deletedAt: new Date(), createdVersion: 9 }), 3)).toBe('DELETED')
})
