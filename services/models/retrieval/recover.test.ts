import { expect, test } from 'vitest'
import { digestsOf, retrievalsOf } from './recover.ts'

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

test('keys under sha256/ name a digest; strangers name none', () => {
  const digest = 'ab'.repeat(32)
  expect(
    digestsOf([`sha256/${digest}.gguf`, 'sha256/short.gguf', `sha256/${digest}.gguf.part`, 'sha256/']),
  ).toEqual([digest])
})
