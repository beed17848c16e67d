import { expect, test } from 'vitest'
import { connectionOf, pageSize, readCursor, writeCursor } from './paging.ts'

test('a cursor comes back as it was written', () => {
  expect(readCursor(writeCursor(['storyteller', 'é']))).toEqual(['storyteller', 'é'])
})

test.each(['', 'x', '%%%'])('%j is no cursor', (text) => {
  expect(readCursor(text)).toBeUndefined()
})

test.each([
  [undefined, 20],
  [null, 20],
  [0, 0],
  [100, 100],
])('first %j makes a page of %i', (first, size) => {
  expect(pageSize(first)).toBe(size)
})

test.each([-1, 101])('first %i is refused', (first) => {
  expect(() => pageSize(first)).toThrow(/0 to 100/)
})

const edgeOf = (row: string) => ({ cursor: `at ${row}`, node: row })

test('one row more than the page says that there is a next one', () => {
  expect(connectionOf(['a', 'b', 'c'], { first: 2, isContinued: false }, edgeOf)).toEqual({
    edges: [
      { cursor: 'at a', node: 'a' },
      { cursor: 'at b', node: 'b' },
    ],
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: 'at a', endCursor: 'at b' },
  })
})

test('an empty page stands nowhere', () => {
  const { pageInfo } = connectionOf([], { first: 2, isContinued: true }, edgeOf)
  expect(pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: true,
    startCursor: null,
    endCursor: null,
  })
})
