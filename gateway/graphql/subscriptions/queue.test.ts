import { expect, test } from 'vitest'
import { createQueue, QueueOverflow } from './queue.ts'

async function drain<Event>(queue: { take(): Promise<Event | undefined> }): Promise<Event[]> {
  const events: Event[] = []
  for (let event = await queue.take(); event !== undefined; event = await queue.take()) events.push(event)
  return events
}

test('events come in the order they were pushed', async () => {
  const queue = createQueue<number>(10)
  for (const number of [1, 2, 3]) queue.push(number)
  queue.end()
  expect(await drain(queue)).toEqual([1, 2, 3])
})

test('a newer event of the same key replaces the one that waits, at the end, and leaves other keys alone', async () => {
  const queue = createQueue<{ server: string; cursor: number }>(10)
  queue.push({ server: 'a', cursor: 1 }, 'a')
  queue.push({ server: 'b', cursor: 2 }, 'b')
  queue.push({ server: 'a', cursor: 3 }, 'a')
  queue.end()
  expect((await drain(queue)).map(({ cursor }) => cursor)).toEqual([2, 3])
})

test('a reader who waits gets the next event', async () => {
  const queue = createQueue<string>(10)
  const taken = queue.take()
  queue.push('late')
  expect(await taken).toBe('late')
})

test('too many different events fail the queue, and the same key over and over does not', async () => {
  const queue = createQueue<number>(2)
  for (let number = 0; number < 100; number += 1) queue.push(number, 'one')
  queue.push(100, 'two')
  queue.push(101, 'three')
  await expect(queue.take()).rejects.toThrow(QueueOverflow)
})

test('a failure drops what waits and wakes the reader', async () => {
  const queue = createQueue<number>(5)
  const taken = queue.take()
  queue.fail(new Error('gone'))
  await expect(taken).rejects.toThrow('gone')
  queue.push(1)
  await expect(queue.take()).rejects.toThrow('gone')
})

test('the end lets a waiting reader go', async () => {
  const queue = createQueue<number>(5)
  const taken = queue.take()
  queue.end()
  expect(await taken).toBeUndefined()
})
