import type { FetchFailure } from './failure.ts'

/** Tries that an answer such as 403 is given: a token or a record may still be on its way. */
const refusedTries = 4

/**
 * How long to wait before the next try, or undefined to give up. Waits double from 200 ms to 10 s, with half of each
 * left to chance so that the pods of one server do not come back together.
 * @param failures failures in a row without a byte more in between, this one counted
 * @param idleMs since the last byte that came
 */
export function nextWait(
  failure: FetchFailure,
  failures: number,
  { idleMs, patienceMs, random = Math.random }: { idleMs: number; patienceMs: number; random?: () => number },
): number | undefined {
  if (failure.kind === 'final') return undefined
  if (failure.kind === 'refused' && failures >= refusedTries) return undefined
  const full = Math.min(200 * 2 ** (failures - 1), 10_000)
  const wait = Math.max(full / 2 + (random() * full) / 2, Math.min(failure.retryAfterMs ?? 0, 60_000))
  return idleMs + wait > patienceMs ? undefined : wait
}
