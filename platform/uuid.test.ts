import { expect, test } from 'vitest'
import { isUuid } from './uuid.ts'

test.each([
  ['7f3b0f9e-0000-4000-8000-000000000001', true],
  ['7F3B0F9E-0000-4000-8000-00000000000A', true],
  ['7f3b0f9e-0000-4000-8000-00000000000', false],
  ['7f3b0f9e-0000-4000-8000-000000000001\n', false],
  ['7f3b0f9e00004000800000000000 0001', false],
  ['', false],
])('%j: %s', (text, expected) => {
  expect(isUuid(text)).toBe(expected)
})
