import { expect, test } from 'vitest'
import { ranges } from './copy.ts'
import { partSizeOf, wholeParts } from './upload.ts'

const mebibyte = 2 ** 20

test('10,000 parts hold every size that is taken, and none is smaller than S3 takes', () => {
  expect(partSizeOf(undefined)).toBe(16 * mebibyte)
  expect(partSizeOf(1)).toBe(8 * mebibyte)
  for (const size of [2 ** 30, 160 * 2 ** 30, 2 ** 40]) {
    expect(partSizeOf(size) * 10_000).toBeGreaterThanOrEqual(size)
  }
})

test.each([
  [100, 8],
  [256, 16],
  [600, 38],
  [1_024, 64],
  [100_000, 64],
])('a file of %i MiB has parts of %i MiB', (size, part) => {
  expect(partSizeOf(size * mebibyte)).toBe(part * mebibyte)
})

const part = (number: number, mebibytes = 8) => ({
  part: number,
  etag: `e${number}`,
  size: mebibytes * mebibyte,
})

test.each([
  ['nothing', [], 20, []],
  ['whole parts in a row', [part(2), part(1)], 20, [1, 2]],
  ['what stands before a gap', [part(1), part(3)], 32, [1]],
  ['what stands before a part of another size', [part(1), part(2, 5)], 32, [1]],
  ['all parts, the last one too', [part(1), part(2), part(3, 4)], 20, [1, 2, 3]],
  ['all parts, where the last one is a whole one', [part(1), part(2)], 16, [1, 2]],
  ['the one part of a small file', [part(1, 4)], 4, [1]],
  ['no part that lies after the file', [part(1), part(2)], 8, [1]],
])('an upload goes on from %s', (_case, found, mebibytes, expected) => {
  expect(wholeParts(found, mebibytes * mebibyte).map(({ part }) => part)).toEqual(expected)
})

test('ranges cover an object once', () => {
  expect(ranges(10, 4)).toEqual([
    { start: 0, end: 3 },
    { start: 4, end: 7 },
    { start: 8, end: 9 },
  ])
  expect(ranges(8, 4)).toHaveLength(2)
})
