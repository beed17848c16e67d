import { parts } from '@berth/kit/parts'
import { expect, test } from 'vitest'
import { planRound } from './plan.ts'

const rounds = Array.from({ length: 400 }, (_, index) => planRound(7, index + 1, parts))

test('a seed and a round say what is killed and when', () => {
  expect(planRound(7, 12, parts)).toEqual(rounds[11])
  expect(Array.from({ length: 400 }, (_, index) => planRound(8, index + 1, parts))).not.toEqual(rounds)
})

test('every part has its turn, alone and together with another, at moments all over the round', () => {
  for (const part of parts) {
    expect(rounds.some((blows) => blows.length === 1 && blows[0]?.part === part)).toBe(true)
    expect(rounds.some((blows) => blows.length === 2 && blows.some((blow) => blow.part === part))).toBe(true)
  }
  const moments = rounds.flatMap((blows) => blows.map(({ at }) => at))
  expect(Math.min(...moments)).toBeLessThan(0.05)
  expect(Math.max(...moments)).toBeGreaterThan(0.95)
})

test('a round never kills a part twice, and its kills come in order', () => {
  for (const blows of rounds) {
    expect(new Set(blows.map(({ part }) => part)).size).toBe(blows.length)
    expect(blows.map(({ at }) => at)).toEqual(blows.map(({ at }) => at).sort((a, b) => a - b))
  }
})

test('only the parts that are wanted are killed', () => {
  const killed = Array.from({ length: 50 }, (_, index) => planRound(1, index, ['auth'])).flat()
  expect(new Set(killed.map(({ part }) => part))).toEqual(new Set(['auth']))
  expect(killed).toHaveLength(50)
})
