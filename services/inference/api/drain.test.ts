import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createDrain } from './drain.ts'

test('it waits for running requests, and still takes what is on its way', async () => {
  const drain = createDrain({ lingerMs: 60_000, graceMs: 60_000, settleMs: 10 })
  const first = drain.enter()
  let over = false
  const done = drain.drain().then(() => (over = true))
  expect(drain.draining()).toBe(true)
  const second = drain.enter()
  await delay(30)
  first.leave()
  await delay(5)
  expect(over).toBe(false)
  second.leave()
  await done
  expect(drain.signal.aborted).toBe(false)
})

test('after a while no new request is taken', async () => {
  const drain = createDrain({ lingerMs: 10, graceMs: 60_000, settleMs: 0 })
  const running = drain.enter()
  const done = drain.drain()
  await delay(30)
  expect(() => drain.enter()).toThrow(expect.objectContaining({ status: 503, code: 'server_shutting_down' }))
  running.leave()
  await done
})

test('requests that take too long are cut off', async () => {
  const drain = createDrain({ lingerMs: 0, graceMs: 20, settleMs: 0 })
  const running = drain.enter()
  drain.signal.addEventListener('abort', () => running.leave())
  await drain.drain()
  expect(drain.signal.reason).toMatchObject({ code: 'server_shutting_down' })
})
