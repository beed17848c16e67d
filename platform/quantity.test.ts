import { expect, test } from 'vitest'
import { describeBytes, parseBytes, parseQuantity } from './quantity.ts'

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

test.each([
  ['64Gi', 64 * 2 ** 30],
  ['512Mi', 512 * 2 ** 20],
  [' 1000 ', 1000],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['500m', undefined],
  ['-1', undefined],
  ['64GB', undefined],
  ['', undefined],
  ['9999999999Ti', undefined],
])('reads %j as %j bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

test.each([
  [1.5 * 2 ** 30, '1.5 GiB'],
  [242 * 2 ** 20, '242 MiB'],
  [300 * 2 ** 10, '300 KiB'],
  [12, '12 bytes'],
  [0, '0 bytes'],
])('describes %j bytes as %j', (bytes, text) => {
  expect(describeBytes(bytes)).toBe(text)
})
