import { expect, test } from 'vitest'
import { evenSize, planBatch } from './batch.ts'

const run = (sequence: number, length: number, blocked = false) => ({
  sequence,
  pending: { length },
  blocked,
})
const plan = (runs: ReturnType<typeof run>[], size: number, costs: Record<number, number> = {}) =>
  planBatch(runs, size, (count) => costs[count]).map((group) =>
    group.map(({ run: { sequence }, count }) => `${sequence}:${count}`).join(' '),
  )

test('answers come first, then prompts in the order in which they came', () => {
  expect(plan([run(1, 5), run(4, 1), run(2, 3)], 100)).toEqual(['4:1', '2:3', '1:5'])
})

test('a prompt that does not fit is taken in parts, and the next one waits', () => {
  expect(plan([run(0, 500), run(1, 1), run(2, 2)], 64)).toEqual(['1:1', '0:63'])
  expect(plan([run(0, 62), run(1, 1), run(2, 2)], 64)).toEqual(['2:1', '1:1', '0:62'])
  expect(plan([run(0, 1), run(1, 1), run(2, 1)], 2)).toEqual(['0:1 1:1'])
})

test('who has unread tokens waits, and who has nothing to evaluate, too', () => {
  expect(plan([run(0, 1, true), run(1, 0), run(2, 1)], 64)).toEqual(['2:1'])
  expect(plan([], 64)).toEqual([])
})

test('neighbours are evaluated together, whoever came first; a gap and a prompt part them', () => {
  expect(plan([run(2, 1), run(5, 1), run(1, 1), run(4, 1), run(0, 1)], 64)).toEqual([
    '4:1 5:1',
    '0:1 1:1 2:1',
  ])
  expect(plan([run(2, 1), run(1, 90), run(0, 1)], 64)).toEqual(['2:1', '1:62', '0:1'])
})

test('neighbours are parted where that is faster, the last ones first', () => {
  expect(plan([run(0, 1), run(1, 1), run(2, 1)], 64, { 1: 7, 3: 38 })).toEqual(['2:1', '1:1', '0:1'])
})

test('groups of one size tell what that size takes', () => {
  const of = (runs: ReturnType<typeof run>[]) => evenSize(planBatch(runs, 64, () => undefined))
  expect(of([run(0, 1)])).toBe(1)
  expect(of([run(0, 1), run(1, 1), run(4, 1), run(5, 1)])).toBe(2)
  expect(of([run(0, 1), run(1, 1), run(4, 1)])).toBeUndefined()
  expect(of([run(0, 7)])).toBeUndefined()
  expect(of([])).toBeUndefined()
})
