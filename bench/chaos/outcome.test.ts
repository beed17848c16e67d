import { expect, test } from 'vitest'
import { renderResult } from '../report.ts'
import { describe, type Outcome, resultOf } from './outcome.ts'

const outcome = (
  killed: Outcome['killed'],
  recoveryMs: number | undefined,
  faults: string[] = [],
): Outcome => ({
  killed,
  recoveryMs,
  chats: { whole: 3, cut: 1, refused: 0 },
  cuts: 2,
  faults,
})
const quiet = outcome([], 1_500)
const auth = (ms: number) => outcome([{ part: 'auth', afterMs: 100 }], ms)
const both = outcome(
  [
    { part: 'auth', afterMs: 100 },
    { part: 'models', afterMs: 200 },
  ],
  9_000,
)

test('a part has the recoveries of the rounds in which it alone was killed', () => {
  const { title, table, faults, notes } = resultOf([quiet, auth(2_000), auth(4_000), auth(3_000), both], 7)
  expect(title).toBe('Chaos: 4 rounds, 5 kills, seed 7')
  expect(table.rows).toEqual([
    ['nothing', 1, 1.5, 1.5, 0],
    ['auth', 3, 3, 4, 0],
    ['models', 0, undefined, undefined, 0],
    ['two parts', 1, 9, 9, 0],
    ['all', 4, 3.5, 9, 0],
  ])
  expect(faults).toBe(0)
  expect(notes).toContain('Nothing lost, doubled or stuck.')
})

test('a fault is counted, and told with its round; who did not recover has no time', () => {
  const stuck = outcome([{ part: 'auth', afterMs: 100 }], undefined, ['The server s is PENDING, not READY.'])
  const result = resultOf([quiet, stuck], 7)
  expect(result.faults).toBe(1)
  expect(renderResult(result)).toContain('round 1: The server s is PENDING, not READY.')
  expect(describe('1/1', stuck)).toContain('auth after 100 ms; not recovered')
})
