import { expect, test } from 'vitest'
import { cheapestGroups, createCosts } from './costs.ts'

const costs = (table: Record<number, number>) => (count: number) => table[count]

test('what was not seen yet is tried, all together', () => {
  expect(cheapestGroups(4, costs({}))).toEqual([4])
  expect(cheapestGroups(4, costs({ 1: 7 }))).toEqual([4])
})

test('singly where that is faster', () => {
  expect(cheapestGroups(1, costs({ 1: 7 }))).toEqual([1])
  expect(cheapestGroups(3, costs({ 1: 7, 3: 38 }))).toEqual([1, 1, 1])
})

test('together where that is faster', () => {
  expect(cheapestGroups(8, costs({ 1: 7, 2: 31, 8: 50 }))).toEqual([8])
  expect(cheapestGroups(8, costs({ 8: 50 }))).toEqual([8])
})

test('in groups where those are faster', () => {
  const sizes = cheapestGroups(10, costs({ 1: 7, 8: 50, 10: 70 }))
  expect(sizes.toSorted()).toEqual([1, 1, 8])
})

test('a time is a mean that follows, and goes stale', () => {
  const { of, see } = createCosts()
  expect(of(2)).toBeUndefined()
  see(2, 10)
  see(2, 20)
  expect(of(2)).toBe(12.5)
  for (let other = 0; other < 2_000; other += 1) see(1, 1)
  expect(of(2)).toBe(12.5)
  see(1, 1)
  expect(of(2)).toBeUndefined()
  see(2, 30)
  expect(of(2)).toBe(30)
})
