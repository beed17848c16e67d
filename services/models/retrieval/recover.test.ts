import { expect, test } from 'vitest'
import { digestsOf } from './recover.ts'

test('keys under sha256/ name a digest; strangers name none', () => {
  const digest = 'ab'.repeat(32)
  expect(
    digestsOf([`sha256/${digest}.gguf`, 'sha256/short.gguf', `sha256/${digest}.gguf.part`, 'sha256/']),
  ).toEqual([digest])
})
