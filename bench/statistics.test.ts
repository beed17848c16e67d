import { expect, test } from 'vitest'
import { median, percentile, slope, summarise } from './statistics.ts'

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

test('a slope is what noise of no direction leaves of the points', () => {
  const points = Array.from({ length: 100 }, (_, x) => [x, 5 + 3 * x + (x % 2)] as const)
  expect(slope(points)).toBeCloseTo(3, 2)
  expect(slope(points.map(([x]) => [x, 7]))).toBe(0)
})

test('one place has no slope', () => {
  expect(() => slope([[1, 1]])).toThrow(RangeError)
  expect(() => slope([])).toThrow(RangeError)
})
