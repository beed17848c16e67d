import { setTimeout as delay } from 'node:timers/promises'
import { shuttingDown } from './failure.ts'

/** The requests that are being answered, and how they end when the process does. */
export interface Drain {
  /** Counts a request in. @throws ApiFailure when none is taken any more */
  enter(): { leave(): void }
  /** Aborts when the time that running requests have is over. */
  signal: AbortSignal
  draining(): boolean
  /** Resolves when no request is left. */
  drain(): Promise<void>
}

export interface DrainTimes {
  /** New requests still come in, until everybody knows that this pod is leaving. */
  lingerMs: number
  /** After so long, running requests are cut off. */
  graceMs: number
  /** Least time between the signal and the end, for requests that are just on their way. */
  settleMs: number
}

/** Kubernetes needs a moment to take a pod out of the endpoints. */
export const drainTimes = { lingerMs: 3_000, settleMs: 300 }

export function createDrain({ lingerMs, graceMs, settleMs }: DrainTimes): Drain {
  const ending = new AbortController()
  let startedAt: number | undefined
  let active = 0
  let idle = () => {}

  return {
    signal: ending.signal,
    draining: () => startedAt !== undefined,
    enter() {
      if (startedAt !== undefined && performance.now() - startedAt > lingerMs) throw shuttingDown()
      active += 1
      return {
        leave() {
          active -= 1
          if (active === 0) idle()
        },
      }
    },
    async drain() {
      startedAt = performance.now()
      const cutOff = setTimeout(() => ending.abort(shuttingDown()), graceMs)
      await delay(settleMs)
      while (active > 0) await new Promise<void>((resolve) => (idle = resolve))
      clearTimeout(cutOff)
    },
  }
}
