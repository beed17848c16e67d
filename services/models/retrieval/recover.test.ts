import { expect, test } from 'vitest'
import { retrievalsOf } from './recover.ts'

test('keys under incoming/ name their retrieval; strangers name none', () => {
  const one = '7f3b0f9e-0000-4000-8000-000000000001'
  const other = '7f3b0f9e-0000-4000-8000-000000000002'
  expect(
    retrievalsOf([
      `incoming/${one}/a`,
      `incoming/${one}/b`,
      `incoming/${other}/a`,
      'incoming/x',
      'incoming/',
    ]),
  ).toEqual([one, other])
})
