import { expect, test } from 'vitest'
import { createOutbox } from './outbox.ts'

function open(room = 2) {
  const changes: boolean[] = []
  const outbox = createOutbox<number>(room, (left) => void changes.push(left))
  return { outbox, changes }
}

async function all(outbox: AsyncIterable<number>): Promise<number[]> {
  const items: number[] = []
  for await (const item of outbox) items.push(item)
  return items
}

test('items come in order, those from before and those from after', async () => {
  const { outbox, changes } = open()
  outbox.push(1)
  const taken = all(outbox)
  outbox.push(2)
  await Promise.resolve()
  outbox.push(3)
  outbox.end()
  expect(await taken).toEqual([1, 2, 3])
  expect(changes).toEqual([false, false, false, true])
})

test('it is full when so many lie in it, and not when one is taken', async () => {
  const { outbox } = open(2)
  outbox.push(1)
  expect(outbox.full()).toBe(false)
  outbox.push(2)
  expect(outbox.full()).toBe(true)
  for await (const _ of outbox) break
  expect(outbox.full()).toBe(false)
})

test('an error comes after what was there before, also to one who waits', async () => {
  const { outbox } = open()
  const taken: number[] = []
  const reading = (async () => {
    for await (const item of outbox) taken.push(item)
  })()
  outbox.push(1)
  outbox.fail(new Error('broken'))
  await expect(reading).rejects.toThrow('broken')
  expect(taken).toEqual([1])
})

test('leaving is told', async () => {
  const { outbox, changes } = open()
  outbox.push(1)
  for await (const _ of outbox) break
  expect(changes).toEqual([false, true])
})
