import { expect, test } from 'vitest'
import { containing, cursorOf, readPageCursor } from './page.ts'

test('a cursor comes back as it was given', () => {
  const position = { name: 'storyteller', id: '7f3b0f9e-0000-4000-8000-000000000001' }
  expect(readPageCursor(cursorOf(position))).toEqual(position)
})

test.each([
  '',
  'x',
  '%%%',
  Buffer.from('{"a":1}').toString('base64url'),
  Buffer.from('[1,2]').toString('base64url'),
  cursorOf({ name: 'a\0b', id: '7f3b0f9e-0000-4000-8000-000000000001' }),
])('a foreign cursor %j is none', (cursor) => {
  expect(readPageCursor(cursor)).toBeUndefined()
})

test('a search takes wildcards for themselves', () => {
  expect(containing('50%_\\')).toBe('%50\\%\\_\\\\%')
})
