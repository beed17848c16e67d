import { expect, test } from 'vitest'
import { addSample, rateAt, type Sample, secondsLeft } from './rate.ts'
import { transferText } from './transfer.tsx'

/** A flow of so many bytes each half second. */
function flow(steps: readonly number[]): { samples: readonly Sample[]; now: number } {
  let samples = addSample([], { at: 0, bytes: 0 })
  let bytes = 0
  steps.forEach((step, index) => {
    bytes += step
    samples = addSample(samples, { at: (index + 1) * 500, bytes })
  })
  return { samples, now: steps.length * 500 }
}

test('the rate is told once there is enough to tell it by', () => {
  const early = flow([100, 100, 100])
  expect(rateAt(early.samples, early.now)).toBeNull()
  const { samples, now } = flow([100, 100, 100, 100])
  expect(rateAt(samples, now)).toBe(200)
})

test('what was there when one began to look does not count as a jump', () => {
  const { samples, now } = flow([900_000, 100, 100, 100, 100])
  expect(rateAt(samples, now)).toBe(200)
})

test('what is long ago does not count, and a single jump does not shake it', () => {
  const { samples, now } = flow([...Array(20).fill(1_000), ...Array(12).fill(100)])
  expect(rateAt(samples, now)).toBeCloseTo(200, -1)
  expect(samples.length).toBeLessThan(14)
  const jumpy = flow([...Array(10).fill(100), 300])
  expect(rateAt(jumpy.samples, jumpy.now)).toBeCloseTo(240, 0)
})

test('while nothing comes the rate falls', () => {
  const { samples, now } = flow(Array(8).fill(100))
  const rates = [now, now + 5_500, now + 60_000].map((at) => rateAt(samples, at) ?? Number.NaN)
  expect(rates[0]).toBe(200)
  expect(rates[1]).toBeLessThan(110)
  expect(rates[2]).toBeLessThan(15)
})

test('what begins anew is measured anew', () => {
  const { samples } = flow(Array(8).fill(100))
  const anew = addSample(samples, { at: 5_000, bytes: 10 })
  expect(anew).toEqual([{ at: 5_000, bytes: 10, isStart: true }])
  expect(rateAt(anew, 9_000)).toBe(0)
})

test('the time that is left needs a total and a rate', () => {
  expect(secondsLeft(100, 500, 200)).toBe(2)
  expect(secondsLeft(100, null, 200)).toBeNull()
  expect(secondsLeft(100, 500, null)).toBeNull()
  expect(secondsLeft(100, 500, 0)).toBeNull()
})

test('a transfer in words leaves out what nobody knows', () => {
  expect(transferText(2 ** 30, 4 * 2 ** 30, 80 * 2 ** 20)).toBe(
    '1.0 GiB of 4.0 GiB (25 %) · 80.0 MiB/s · 39 s left',
  )
  expect(transferText(1024, null, null)).toBe('1.0 KiB')
  expect(transferText(4096, 4096, 1024)).toBe('4.0 KiB of 4.0 KiB (100 %) · 1.0 KiB/s')
})
