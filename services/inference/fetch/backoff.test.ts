import { expect, test } from 'vitest'
import { nextWait } from './backoff.ts'
import { FetchFailure } from './failure.ts'

const patient = { idleMs: 0, patienceMs: 300_000, random: () => 1 }
const retry = new FetchFailure('retry', 'the network is down')
const refused = new FetchFailure('refused', 'not allowed')

test('waits double up to ten seconds', () => {
  const waits = [1, 2, 3, 4, 10].map((failures) => nextWait(retry, failures, patient))
  expect(waits).toEqual([200, 400, 800, 1_600, 10_000])
})

test('half of a wait is left to chance', () => {
  expect(nextWait(retry, 3, { ...patient, random: () => 0 })).toBe(400)
})

test('what the server asks for is kept, within reason', () => {
  expect(nextWait(new FetchFailure('retry', '', { retryAfterMs: 5_000 }), 1, patient)).toBe(5_000)
  expect(nextWait(new FetchFailure('retry', '', { retryAfterMs: 3_600_000 }), 1, patient)).toBe(60_000)
})

test('a refusal gets a few tries, an error that cannot change none', () => {
  expect(nextWait(refused, 3, patient)).toBe(800)
  expect(nextWait(refused, 4, patient)).toBeUndefined()
  expect(nextWait(new FetchFailure('final', 'disk full'), 1, patient)).toBeUndefined()
})

test('patience ends when nothing has come for long', () => {
  expect(nextWait(retry, 40, { ...patient, idleMs: 289_000 })).toBe(10_000)
  expect(nextWait(retry, 40, { ...patient, idleMs: 291_000 })).toBeUndefined()
})
