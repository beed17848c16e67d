import { expect, test } from 'vitest'
import type { RetrievalRow } from './rows.ts'
import { createBell, watchRetrieval } from './watch.ts'

const row = (status: RetrievalRow['status'], bytesReceived = 0): RetrievalRow => ({
  id: 'r',
  versionId: 'v',
  status,
  steps: [],
  bytesReceived,
  bytesTotal: 10,
  error: null,
  content: null,
  finishedAt: null,
  createdAt: new Date(0),
  updatedAt: new Date(),
})

test('the state comes first, then the latest one alone, and the end with the retrieval', async () => {
  const bell = createBell()
  let current: RetrievalRow | null = row('RUNNING')
  const watch = watchRetrieval(bell, 'v', async () => current)
  expect((await watch.next()).value).toMatchObject({ bytesReceived: 0 })
  for (const bytes of [1, 2, 3]) {
    current = row('RUNNING', bytes)
    bell.ring('v')
  }
  expect((await watch.next()).value).toMatchObject({ bytesReceived: 3 })
  const last = watch.next()
  bell.ring('v')
  bell.ring('other')
  current = row('SUCCEEDED', 10)
  bell.ringAll()
  expect((await last).value).toMatchObject({ status: 'SUCCEEDED' })
  expect(await watch.next()).toEqual({ done: true, value: undefined })
})

test.each(['SUCCEEDED', 'FAILED', 'CANCELLED'] as const)(
  'it ends with a retrieval that is %s',
  async (status) => {
    const watch = watchRetrieval(createBell(), 'v', async () => row(status))
    expect((await watch.next()).value).toMatchObject({ status })
    expect((await watch.next()).done).toBe(true)
  },
)

test('before any retrieval it waits, and can be ended while it waits', async () => {
  const bell = createBell()
  const watch = watchRetrieval(bell, 'v', async () => null)
  const waiting = watch.next()
  await new Promise((resolve) => setImmediate(resolve))
  await watch.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
})

test('it ends when the version is gone', async () => {
  const watch = watchRetrieval(createBell(), 'v', async () => undefined)
  expect((await watch.next()).done).toBe(true)
})

test('a read that fails ends it', async () => {
  const watch = watchRetrieval(createBell(), 'v', async () => {
    throw new Error('away')
  })
  await expect(watch.next()).rejects.toThrow('away')
  expect((await watch.next()).done).toBe(true)
})
