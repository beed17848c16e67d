import { expect, test } from 'vitest'
import { parseQuantity } from './quantity.ts'

test.each([
  ['64Gi', 64 * 2 ** 30],
  ['1.5Gi', 1.5 * 2 ** 30],
  [' 1000 ', 1000],
  ['1e3', 1000],
  ['250m', 0.25],
  ['2M', 2e6],
  ['0', 0],
  ['64GB', undefined],
  ['1.2.3', undefined],
  ['Gi', undefined],
  ['', undefined],
])('%j is %j', (text, expected) => {
  expect(parseQuantity(text)).toBe(expected)
})

test('nanocores, as metrics.k8s.io has them', () => {
  expect(parseQuantity('1500000n')).toBeCloseTo(0.0015, 9)
})
