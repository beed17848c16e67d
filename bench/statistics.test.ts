import { expect, test } from 'vitest'
import { median, percentile, summarise } from './statistics.ts'

const hundred = Array.from({ length: 101 }, (_, index) => index)

test.each([
  [0, 0],
  [0.5, 50],
  [0.99, 99],
  [1, 100],
])('of 0 to 100 the share %d is %d', (share, value) => {
  expect(percentile(hundred, share)).toBeCloseTo(value, 9)
})

test('lies between two samples in proportion', () => {
  expect(median([1, 2])).toBe(1.5)
  expect(percentile([10, 20], 0.9)).toBeCloseTo(19, 9)
})

test('sorts as numbers, and leaves the samples as they were', () => {
  const samples = [100, 9, -1]
  expect(median(samples)).toBe(9)
  expect(samples).toEqual([100, 9, -1])
})

test('one sample is every percentile', () => {
  expect(summarise([7])).toEqual({ count: 1, p50: 7, p90: 7, p99: 7, max: 7 })
})

test('no samples have none', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError)
})
