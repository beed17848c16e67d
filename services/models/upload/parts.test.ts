import { expect, test } from 'vitest'
import { allParts, missingParts, partBytesFor, partCountOf, sizeOfPart, wholeParts } from './parts.ts'

const mebibyte = 2 ** 20
const cut = { sizeBytes: 40 * mebibyte, partBytes: 16 * mebibyte }
const part = (number: number, mebibytes = 16) => ({
  number,
  sizeBytes: mebibytes * mebibyte,
  etag: `e${number}`,
})

test('the last part has what is left', () => {
  expect(partCountOf(cut)).toBe(3)
  expect(allParts(cut).map((number) => sizeOfPart(cut, number) / mebibyte)).toEqual([16, 16, 8])
  const even = { sizeBytes: 32 * mebibyte, partBytes: 16 * mebibyte }
  expect([partCountOf(even), sizeOfPart(even, 2)]).toEqual([2, 16 * mebibyte])
})

test.each([1, 2 ** 20, 160 * 2 ** 30, 2 ** 40, 10 * 2 ** 40])(
  '%d bytes fit into 10,000 parts',
  (sizeBytes) => {
    const partBytes = partBytesFor(sizeBytes)
    expect(partBytes % mebibyte).toBe(0)
    expect(partBytes).toBeGreaterThanOrEqual(16 * mebibyte)
    expect(partCountOf({ sizeBytes, partBytes })).toBeLessThanOrEqual(10_000)
  },
)

test.each([
  ['none', [], [1, 2, 3]],
  ['some', [part(2)], [1, 3]],
  ['all', [part(1), part(2), part(3, 8)], []],
  ['a last one that is too large', [part(1), part(2), part(3)], [3]],
  ['one that is too small', [part(1, 8), part(2), part(3, 8)], [1]],
  ['one that the file does not have', [part(1), part(2), part(3, 8), part(4)], []],
])('what is missing where the store has %s', (_case, stored, expected) => {
  expect(missingParts(cut, wholeParts(cut, stored))).toEqual(expected)
})
