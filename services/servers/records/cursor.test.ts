import { expect, test } from 'vitest'
import { cursorOf, readPageCursor, readVersion } from './cursor.ts'
import { exampleServer } from './example.ts'

test("a page's cursor comes back", () => {
  const { createdAt, id } = exampleServer()
  expect(readPageCursor(cursorOf({ createdAt, id }))).toEqual({ createdAt: createdAt.toISOString(), id })
})

test.each(['', 'abc', 'bnVsbA', Buffer.from('["now","x"]').toString('base64url'), "' OR 1=1"])(
  'is no cursor of a page: %j',
  (text) => {
    expect(readPageCursor(text)).toBeUndefined()
  },
)

test.each([
  ['0', 0],
  ['42', 42],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['007', undefined],
  ['4.2', undefined],
  ['99999999999999999999', undefined],
])("reads a subscription's cursor %j as %j", (text, version) => {
  expect(readVersion(text)).toBe(version)
})
