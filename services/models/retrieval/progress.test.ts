import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMeter } from './progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('while bytes flow, four counts a second are written, the newest each', async () => {
  const written: number[] = []
  const meter = createMeter(async (bytes) => written.push(bytes))
  for (let tick = 0; tick < 200; tick++) {
    meter.add(10)
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(written).toHaveLength(8)
  expect(written.at(-1)).toBe(2_000)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(written).toHaveLength(8)
  await meter.stop()
})

test('a write that is slow leaves out counts, and holds up none', async () => {
  const written: number[] = []
  const slow: PromiseWithResolvers<void>[] = []
  const meter = createMeter((bytes) => {
    written.push(bytes)
    const answer = Promise.withResolvers<void>()
    slow.push(answer)
    return answer.promise
  })
  for (const bytes of [1, 2, 4, 8]) {
    meter.add(bytes)
    await vi.advanceTimersByTimeAsync(250)
  }
  expect(written).toEqual([1])
  slow[0]?.reject(new Error('away'))
  await vi.advanceTimersByTimeAsync(250)
  expect(written).toEqual([1, 15])
  slow[1]?.resolve()
  await meter.stop()
})
