import { expect, test } from 'vitest'
import { ranges } from './copy.ts'
import { inBlocks, partSizeOf, wholeParts } from './upload.ts'

const mebibyte = 2 ** 20

async function* chunksOf(...sizes: number[]): AsyncGenerator<Uint8Array> {
  let next = 0
  for (const size of sizes) yield Uint8Array.from({ length: size }, () => next++ % 256)
}

async function blocksOf(blockBytes: number, ...sizes: number[]): Promise<number[][]> {
  const blocks: number[][] = []
  for await (const block of inBlocks(chunksOf(...sizes), blockBytes)) blocks.push([...block])
  return blocks
}

test.each([
  [4, [1, 2, 3, 4, 5], [4, 4, 4, 3]],
  [4, [4, 4], [4, 4]],
  [4, [17], [4, 4, 4, 4, 1]],
  [4, [], []],
  [4, [0, 3, 0], [3]],
])('blocks of %i bytes from chunks of %j have %j', async (blockBytes, sizes, expected) => {
  const blocks = await blocksOf(blockBytes, ...sizes)
  expect(blocks.map(({ length }) => length)).toEqual(expected)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(blocks.flat()).toEqual(Array.from({ length: total }, (_, index) => index))
})

test('two buffers take turns', async () => {
  const buffers = new Set<ArrayBufferLike>()
  for await (const block of inBlocks(chunksOf(64), 4)) buffers.add(block.buffer)
  expect(buffers.size).toBe(2)
})

test('10,000 parts hold every size that is taken', () => {
  expect(partSizeOf(undefined)).toBe(16 * mebibyte)
  expect(partSizeOf(1)).toBe(16 * mebibyte)
  for (const size of [160 * 2 ** 30, 2 ** 40]) expect(partSizeOf(size) * 10_000).toBeGreaterThanOrEqual(size)
})

const part = (number: number, mebibytes = 16) => ({
  part: number,
  etag: `e${number}`,
  size: mebibytes * mebibyte,
})

test.each([
  ['nothing', [], 40, []],
  ['whole parts in a row', [part(2), part(1)], 40, [1, 2]],
  ['what stands before a gap', [part(1), part(3)], 64, [1]],
  ['what stands before a part of another size', [part(1), part(2, 5)], 64, [1]],
  ['all but the last part', [part(1), part(2), part(3, 8)], 40, [1, 2]],
  ['all but the last, where that is a whole one', [part(1), part(2)], 32, [1]],
  ['nothing of a file of one part', [part(1, 4)], 4, []],
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
