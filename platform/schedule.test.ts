import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createLog } from './log.ts'
import { repeat } from './schedule.ts'

const log = createLog('test', 'silent')
const failure = 'the work could not be done'

test('runs at once, then again and again, one run at a time', async () => {
  let running = 0
  let most = 0
  let runs = 0
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await delay(5)
    running -= 1
    runs += 1
  }
  const schedule = repeat(work, { everyMs: 1, log, failure })
  expect(running).toBe(1)
  await expect.poll(() => runs).toBeGreaterThan(3)
  schedule.close()
  expect(most).toBe(1)
})

test('a run that fails is logged, and the next one comes', async () => {
  const warn = vi.spyOn(log, 'warn')
  const work = vi.fn(async () => {
    throw new Error('away')
  })
  const schedule = repeat(work, { everyMs: 1, log, failure })
  await expect.poll(() => work.mock.calls.length).toBeGreaterThan(2)
  schedule.close()
  expect(warn).toHaveBeenCalledWith(expect.anything(), `${failure}; trying again`)
})

test('once closed, nothing begins any more', async () => {
  const work = vi.fn(async () => undefined)
  const later = repeat(work, { everyMs: 1, firstAfterMs: 10, log, failure })
  later.close()
  await delay(20)
  expect(work).not.toHaveBeenCalled()
})
