import { expect, test } from 'vitest'
import { createSlots, QueueFullError } from './slots.ts'

const never = new AbortController().signal

test('each serves one at a time, and whoever came first is next', async () => {
  const slots = createSlots(['a', 'b'], 4)
  const served: string[] = []
  const first = await slots.acquire(never)
  const second = await slots.acquire(never)
  const waiting = [1, 2, 3].map((who) =>
    slots.acquire(never).then((slot) => {
      served.push(`${who} on ${slot}`)
      return slot
    }),
  )
  expect([slots.busy(), slots.waiting()]).toEqual([2, 3])
  slots.release(second)
  await waiting[0]
  slots.release(first)
  await waiting[1]
  expect(served).toEqual([`1 on ${second}`, `2 on ${first}`])
  slots.release(second)
  await waiting[2]
  expect([slots.busy(), slots.waiting()]).toEqual([2, 0])
})

test('of several free ones the caller chooses', async () => {
  const slots = createSlots(['a', 'b', 'c'], 0)
  expect(await slots.acquire(never, (free) => free.at(-1) ?? '')).toBe('c')
  expect(await slots.acquire(never, (free) => free.at(-1) ?? '')).toBe('b')
  await expect(slots.acquire(never, () => 'c')).rejects.toThrow(/not free/)
  expect(slots.busy()).toBe(2)
})

test('a full queue refuses at once', async () => {
  const slots = createSlots(['a'], 1)
  await slots.acquire(never)
  void slots.acquire(never)
  await expect(slots.acquire(never)).rejects.toThrow(QueueFullError)
  expect(slots.waiting()).toBe(1)
})

test('whoever leaves the queue is passed over, and nothing is lost', async () => {
  const slots = createSlots(['a'], 4)
  const held = await slots.acquire(never)
  const leaving = new AbortController()
  const left = slots.acquire(leaving.signal)
  const stayed = slots.acquire(never)
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  expect(slots.waiting()).toBe(1)
  slots.release(held)
  expect(await stayed).toBe('a')
  slots.release('a')
  expect(slots.busy()).toBe(0)
})

test('leaving after the turn has come changes nothing', async () => {
  const slots = createSlots(['a'], 4)
  await slots.acquire(never)
  const leaving = new AbortController()
  const turn = slots.acquire(leaving.signal)
  slots.release('a')
  leaving.abort()
  expect(await turn).toBe('a')
  expect(slots.busy()).toBe(1)
  await expect(slots.acquire(leaving.signal)).rejects.toThrow()
})

test('whoever needs several places learns at once when there is no room for all', async () => {
  const slots = createSlots(['a', 'b'], 1)
  expect(() => slots.expectRoom(3)).not.toThrow()
  expect(() => slots.expectRoom(4)).toThrow(QueueFullError)
  await slots.acquire(new AbortController().signal)
  expect(() => slots.expectRoom(3)).toThrow('2 sequences, 1 of them busy, and 0 of at most 1 answers wait')
})

test('whoever is refused learns when there will be room, by how long the last ones took', async () => {
  let time = 0
  const slots = createSlots(['a', 'b'], 0, () => time)
  const take = async () => [await slots.acquire(never), await slots.acquire(never)] as const
  const roomAfterMs = (count: number) => {
    try {
      slots.expectRoom(count)
    } catch (error) {
      return error instanceof QueueFullError ? error.roomAfterMs : undefined
    }
    return 0
  }
  for (const item of await take()) {
    time += 4_000
    // Nothing is known but that the longest has been held for so long.
    expect(roomAfterMs(1)).toBe(item === 'a' ? 2_000 : 0)
    slots.release(item)
  }
  await take()
  // One was held for 4 s, the other for 8: the mean follows by a fifth, and two are given back in that time.
  expect(roomAfterMs(1)).toBeCloseTo(4_800 / 2)
  expect(roomAfterMs(2)).toBeCloseTo(4_800)
})
