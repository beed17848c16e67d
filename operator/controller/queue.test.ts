import { createLog } from '@berth/platform/log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createQueue, type Outcome, RetrySoon } from './queue.ts'

const log = createLog('test', 'silent')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A worker whose passes end when the test says so. */
function controlled() {
  const started: string[] = []
  const open = new Map<string, PromiseWithResolvers<Outcome>>()
  return {
    started,
    process(key: string) {
      started.push(key)
      const pass = Promise.withResolvers<Outcome>()
      open.set(key, pass)
      return pass.promise
    },
    async end(key: string, outcome: Outcome = {}) {
      open.get(key)?.resolve(outcome)
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

test('a key added twice is one piece of work, and one added while in work is done again afterwards', async () => {
  const worker = controlled()
  const queue = createQueue({ process: worker.process, workers: 1, log })
  queue.add('a')
  queue.add('b')
  queue.add('b')
  queue.add('a')
  queue.add('a')
  expect(worker.started).toEqual(['a'])
  expect(queue.depth()).toBe(1)
  await worker.end('a')
  await worker.end('b')
  await worker.end('a')
  expect(worker.started).toEqual(['a', 'b', 'a'])
  expect(queue.depth()).toBe(0)
})

test('never two workers on one key, never more than there are', async () => {
  const worker = controlled()
  const queue = createQueue({ process: worker.process, workers: 2, log })
  for (const key of ['a', 'a', 'b', 'c']) queue.add(key)
  expect(worker.started).toEqual(['a', 'b'])
  await worker.end('b')
  expect(worker.started).toEqual(['a', 'b', 'c'])
})

test('failures of a key are retried with doubling pauses, until it succeeds', async () => {
  const times: number[] = []
  let failing = true
  const startedAt = Date.now()
  const queue = createQueue({
    process: async () => {
      times.push(Date.now() - startedAt)
      if (failing) throw new Error('no')
      return {}
    },
    workers: 1,
    log,
    baseDelayMs: 100,
    maxDelayMs: 400,
  })
  queue.add('a')
  await vi.advanceTimersByTimeAsync(1_500)
  expect(times).toEqual([0, 100, 300, 700, 1_100, 1_500])
  failing = false
  await vi.advanceTimersByTimeAsync(400)
  failing = true
  times.length = 0
  const again = Date.now()
  queue.add('a')
  await vi.advanceTimersByTimeAsync(100)
  expect(times.map((time) => time - (again - startedAt))).toEqual([0, 100])
})

test('a change wakes a failing key at once, and does not make its pause longer', async () => {
  let passes = 0
  const queue = createQueue({
    process: async () => {
      passes += 1
      throw new Error('no')
    },
    workers: 1,
    log,
    baseDelayMs: 100,
  })
  for (let change = 0; change < 10; change += 1) {
    queue.add('a')
    await vi.advanceTimersByTimeAsync(5)
  }
  expect(passes).toBe(10)
  await vi.advanceTimersByTimeAsync(50)
  expect(passes).toBe(11)
  await vi.advanceTimersByTimeAsync(200)
  expect(passes).toBe(12)
})

test('a lost race is retried without counting as a failure', async () => {
  const failed = vi.fn()
  let passes = 0
  const queue = createQueue({
    process: async () => {
      passes += 1
      if (passes === 1) throw new RetrySoon('old copy')
      return {}
    },
    workers: 1,
    log,
    observe: { duration: () => undefined, failed },
  })
  queue.add('a')
  await vi.advanceTimersByTimeAsync(300)
  expect(passes).toBe(2)
  expect(failed).not.toHaveBeenCalled()
})

test('retries of many keys are spread out', async () => {
  let passes = 0
  const queue = createQueue({
    process: async () => {
      passes += 1
      throw new Error('no')
    },
    workers: 8,
    log,
    baseDelayMs: 100,
    retriesPerSecond: 10,
  })
  for (let key = 0; key < 20; key += 1) queue.add(String(key))
  await vi.advanceTimersByTimeAsync(0)
  expect(passes).toBe(20)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(passes - 20).toBeLessThanOrEqual(11)
})

test('a pass may ask to be called again; the earliest wish wins', async () => {
  let passes = 0
  const queue = createQueue({
    process: async () => {
      passes += 1
      return passes === 1 ? { againAfterMs: 5_000 } : {}
    },
    workers: 1,
    log,
  })
  queue.add('a')
  await vi.advanceTimersByTimeAsync(0)
  queue.addAfter('a', 1_000)
  queue.addAfter('a', 9_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(passes).toBe(2)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(passes).toBe(2)
})

test('stopping waits for what is in work and starts nothing more', async () => {
  const worker = controlled()
  const queue = createQueue({ process: worker.process, workers: 1, log })
  queue.add('a')
  queue.add('b')
  let stopped = false
  const stopping = queue.stop().then(() => {
    stopped = true
  })
  await vi.advanceTimersByTimeAsync(0)
  expect(stopped).toBe(false)
  await worker.end('a')
  await stopping
  queue.add('c')
  expect(worker.started).toEqual(['a'])
})
