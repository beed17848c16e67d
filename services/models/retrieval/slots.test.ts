import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

/** Takes slots for these owners, in order, and tells who has one so far. */
function queue(owners: string[], most = { all: 3, ofOneOwner: 2 }) {
  const slots = createSlots(most)
  const entered: number[] = []
  const leave = owners.map((owner, index) => {
    const slot = slots.take(owner)
    slot.then(() => entered.push(index))
    return async () => (await slot)()
  })
  const state = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return [...entered]
  }
  return { leave, state }
}

test('an owner has so many slots, and the next owner goes past those who wait for one', async () => {
  const { leave, state } = queue(['ann', 'ann', 'ann', 'bob'])
  expect(await state()).toEqual([0, 1, 3])
  await leave[0]?.()
  expect(await state()).toEqual([0, 1, 3, 2])
})

test('all together have so many, and whoever has waited longest is next', async () => {
  const { leave, state } = queue(['ann', 'ann', 'bob', 'cid', 'dan'])
  expect(await state()).toEqual([0, 1, 2])
  await leave[2]?.()
  expect(await state()).toEqual([0, 1, 2, 3])
})

test('a slot that is given back twice is one slot', async () => {
  const { leave, state } = queue(['ann', 'bob', 'cid', 'dan', 'eve'])
  await leave[0]?.()
  await leave[0]?.()
  expect(await state()).toEqual([0, 1, 2, 3])
})
