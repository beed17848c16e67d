import { expect, test } from 'vitest'
import { usagesOf } from './usage.ts'

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
