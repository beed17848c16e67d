import { expect, test } from 'vitest'
import { namesOf } from './sweep.ts'

test('keys under incoming/ name a content, a retrieval or an upload; strangers name none', () => {
  const one = '7f3b0f9e-0000-4000-8000-000000000001'
  const other = '7f3b0f9e-0000-4000-8000-000000000002'
  const content = 'ab'.repeat(32)
  const keys = [`${one}/a`, `${one}/b`, `${content}/a`, `${other}/file`, 'x', '', `${content}0/a`]
  expect(namesOf(keys.map((key) => `incoming/${key}`))).toEqual({ contents: [content], ids: [one, other] })
})
