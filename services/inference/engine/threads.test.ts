import { expect, test } from 'vitest'
import { findThreads, threadsFor, timeOfToken } from './threads.ts'

const mebibyte = 1_048_576

test('a tiny model has one thread, any other what was asked for, up to the cores', () => {
  expect(threadsFor(4 * mebibyte, 8, 8)).toBe(1)
  expect(threadsFor(400 * mebibyte, 0, 8)).toBe(8)
  expect(threadsFor(400 * mebibyte, 3, 8)).toBe(3)
  expect(threadsFor(400 * mebibyte, 16, 8)).toBe(8)
})

test('one token has as many threads as make it the fastest, going down by halves until that is no better', async () => {
  const found = async (most: number, times: Record<number, number>) => {
    const asked: number[] = []
    const threads = await findThreads(most, async (count) => {
      asked.push(count)
      return times[count] ?? Number.NaN
    })
    return { ...threads, asked }
  }
  expect(await found(1, {})).toEqual({ single: 1, batch: 1, asked: [] })
  expect(await found(2, { 2: 14, 1: 9 })).toEqual({ single: 1, batch: 2, asked: [2, 1] })
  expect(await found(2, { 2: 10, 1: 9.5 })).toEqual({ single: 2, batch: 2, asked: [2, 1] })
  expect(await found(16, { 16: 40, 8: 30, 4: 20, 2: 30, 1: 1 })).toEqual({
    single: 4,
    batch: 16,
    asked: [16, 8, 4, 2],
  })
  expect(await found(6, { 6: 40, 3: 30, 1: 20 })).toEqual({ single: 1, batch: 6, asked: [6, 3, 1] })
})

test('what is timed is one token at a time, of which nothing stays', async () => {
  let held = 0
  let threads = 0
  const decoded: string[] = []
  const ms = await timeOfToken(
    {
      setThreads: (count) => (threads = count),
      initBatch: () => undefined,
      addToBatch: (sequence, at, tokens) => {
        held += tokens.length
        decoded.push(`${sequence}:${at}`)
        return Uint32Array.of(0)
      },
      decodeBatch: async () => undefined,
      removeTokenCellsFromSequence: () => {
        held = 0
        return true
      },
    },
    3,
  )
  expect(ms).toBeGreaterThanOrEqual(0)
  expect([threads, held]).toEqual([3, 0])
  expect(new Set(decoded)).toEqual(new Set(['0:0']))
})
