import { expect, test } from 'vitest'
import { admit, delayAfter, type History, perAddress, perUser } from './backoff.ts'

const start = new Date('2026-11-01T12:00:00Z')
const after = (ms: number) => new Date(start.getTime() + ms)

/** Fails as often as it may until `times` failures are counted, waiting whenever told to; returns the time that took. */
function failing(times: number) {
  let history: History | undefined
  let now = start
  for (let failure = 0; failure < times; failure += 1) {
    const { waitMs } = admit(history, perUser, now)
    now = new Date(now.getTime() + waitMs)
    history = admit(history, perUser, now).next
  }
  return { history, now }
}

test('the first five failures cost nothing', () => {
  const { history, now } = failing(5)
  expect(now).toEqual(start)
  expect(history?.failures).toBe(5)
})

test('from then on each one doubles the wait, up to a limit that nobody is kept out longer than', () => {
  expect([5, 6, 7, 8, 14, 100, 5_000].map((failures) => delayAfter(failures, perUser))).toEqual([
    1_000, 2_000, 4_000, 8_000, 300_000, 300_000, 300_000,
  ])
  expect(failing(9).now).toEqual(after(1_000 + 2_000 + 4_000 + 8_000))
})

test('an attempt during the wait is told how long it still is', () => {
  const { history, now } = failing(7)
  expect(admit(history, perUser, new Date(now.getTime() + 1_500)).waitMs).toBe(2_500)
  expect(admit(history, perUser, new Date(now.getTime() + 4_000)).waitMs).toBe(0)
})

test('a day without an attempt is forgotten', () => {
  const { history, now } = failing(9)
  const later = new Date(now.getTime() + perUser.forgetAfterMs + 1)
  expect(admit(history, perUser, later)).toMatchObject({ waitMs: 0, next: { failures: 1 } })
})

test('an address has more room, and waits less', () => {
  expect(delayAfter(19, perAddress)).toBe(0)
  expect(delayAfter(100, perAddress)).toBe(60_000)
})
