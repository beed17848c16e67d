import { expect, test } from 'vitest'
import { quantity, usagesOf } from './usage.ts'

test.each([
  ['250m', 0.25],
  ['1', 1],
  ['1500000n', 0.0015],
  ['12u', 0.000012],
  ['64Mi', 67_108_864],
  ['2Gi', 2_147_483_648],
  ['1.5Gi', 1_610_612_736],
  ['1M', 1_000_000],
  ['', 0],
  ['lots', 0],
])('%s is %d', (text, expected) => {
  expect(quantity(text)).toBeCloseTo(expected, 9)
})

test('usage of a pod is the sum of its containers', () => {
  const usages = usagesOf({
    items: [
      {
        metadata: { name: 'a', namespace: 'n' },
        containers: [{ usage: { cpu: '100m', memory: '1Mi' } }, { usage: { cpu: '150m', memory: '2Mi' } }],
      },
    ],
  })
  expect(usages.get('n/a')).toEqual({ memoryBytes: 3 * 1_048_576, cpuCores: 0.25 })
})
