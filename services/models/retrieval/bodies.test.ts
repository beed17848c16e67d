import { expect, test } from 'vitest'
import type { Reader } from '../source/in-order.ts'
import type { BodyOfPart } from '../store/part.ts'
import { bodiesByRange, bodiesOfStream } from './bodies.ts'

async function* chunksOf(...sizes: number[]): AsyncGenerator<Uint8Array> {
  let next = 0
  for (const size of sizes) yield Uint8Array.from({ length: size }, () => next++ % 256)
}

/** The announced length of each part, and the bytes of all. */
async function contentsOf(bodies: AsyncIterable<BodyOfPart>) {
  const lengths: number[] = []
  const all: number[] = []
  for await (const { length, bytes } of bodies) {
    lengths.push(length)
    for await (const chunk of bytes) all.push(...chunk)
  }
  return { lengths, all }
}

const counted = (length: number) => Array.from({ length }, (_, index) => index % 256)

test.each([
  [
    [1, 2, 3, 4, 5],
    [4, 4, 4, 3],
  ],
  [
    [4, 4],
    [4, 4],
  ],
  [[17], [4, 4, 4, 4, 1]],
  [[], []],
  [[3], [3]],
])('chunks of %j are parts of %j, whether their sum is known or not', async (sizes, lengths) => {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const expected = { lengths, all: counted(total) }
  expect(await contentsOf(bodiesOfStream(chunksOf(...sizes), total, 4))).toEqual(expected)
  expect(await contentsOf(bodiesOfStream(chunksOf(...sizes), undefined, 4))).toEqual(expected)
})

test('a stream that ends too early says so, and one that goes on is cut', async () => {
  await expect(contentsOf(bodiesOfStream(chunksOf(5), 9, 4))).rejects.toMatchObject({
    kind: 'again',
    message: 'The source announced 9 bytes and gave 5.',
  })
  expect((await contentsOf(bodiesOfStream(chunksOf(5, 5), 6, 4))).all).toEqual(counted(6))
})

test('a stream ends with whoever takes its parts', async () => {
  let ended = false
  async function* endless() {
    try {
      for (;;) yield Uint8Array.of(1)
    } finally {
      ended = true
    }
  }
  for await (const _body of bodiesOfStream(endless(), undefined, 4)) break
  expect(ended).toBe(true)
})

test('of a file of ranges, no part is asked for before it is taken', async () => {
  const asked: unknown[] = []
  const reader: Reader = {
    async *read(range) {
      asked.push(range)
      yield Uint8Array.of(1)
    },
  }
  const bodies = bodiesByRange(reader, 8, 17, 4)
  const { value } = await bodies.next()
  expect(value.length).toBe(4)
  expect(asked).toEqual([])
  for await (const { bytes } of bodies) for await (const _chunk of bytes);
  expect(asked).toEqual([
    { start: 12, end: 15 },
    { start: 16, end: 16 },
  ])
})
