import { expect, test } from 'vitest'
import { type Claim, createSlots } from './slots.ts'

/** Takes slots for these claims, or owners, in order, and tells who has one so far. */
function queue(claims: (string | Claim)[], most = { all: 3, ofOneOwner: 2 }) {
  const slots = createSlots(most)
  const entered: number[] = []
  const leave = claims.map((claim, index) => {
    const slot = slots.take(typeof claim === 'string' ? { owner: claim } : claim)
    slot.then(() => entered.push(index))
    return async () => (await slot)()
  })
  const state = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return [...entered]
  }
  return { leave, state, slots }
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

test('of one content there is one, and who waits for it holds no place', async () => {
  const content = 'a file'
  const { leave, state, slots } = queue([{ owner: 'ann', content }, { owner: 'ann', content }, 'ann', 'bob'])
  expect(await state()).toEqual([0, 2, 3])
  expect(slots.tryTake({ content })).toBeUndefined()
  await leave[0]?.()
  expect(await state()).toEqual([0, 2, 3, 1])
})

test('a content alone takes no place', async () => {
  const { slots } = queue(['ann', 'ann', 'bob'])
  expect(slots.tryTake({ owner: 'cid' })).toBeUndefined()
  expect(slots.tryTake({ content: 'a file' })).toBeDefined()
})

test('it is known what a claim would wait for', async () => {
  const { slots } = queue(['ann', 'ann', { owner: 'bob', content: 'a file' }])
  expect(slots.obstacle({ owner: 'ann' })).toEqual({ kind: 'owner', underWay: 2 })
  expect(slots.obstacle({ owner: 'bob' })).toEqual({ kind: 'all', underWay: 3 })
  expect(slots.obstacle({ owner: 'cid', content: 'a file' })).toEqual({ kind: 'content' })
  expect(slots.obstacle({})).toBeUndefined()
})

test('whoever is called off leaves the queue', async () => {
  const { leave, state, slots } = queue(['ann', 'bob', 'cid'])
  const called = new AbortController()
  const waiting = slots.take({ owner: 'dan' }, called.signal)
  const behind = slots.take({ owner: 'eve' })
  called.abort(new Error('called off'))
  await expect(waiting).rejects.toThrow('called off')
  await expect(slots.take({ owner: 'dan' }, called.signal)).rejects.toThrow('called off')
  await leave[0]?.()
  await expect(behind).resolves.toBeDefined()
  expect(await state()).toEqual([0, 1, 2])
})
