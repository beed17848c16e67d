import { UploadLost, UploadRefused } from './upload-errors.ts'

/** Does something until it succeeds; `doing` names it for people. */
export type Persist = <Value>(doing: string, work: () => Promise<Value>) => Promise<Value>

export interface Persistence {
  signal: AbortSignal
  /** Is told why nothing goes on; null when it does again. */
  onProblem(problem: string | null): void
  pause(ms: number, signal: AbortSignal): Promise<void>
}

const longestPauseMs = 30_000

/** Outages are waited for, with growing pauses; a refusal and the signal end it. */
export function createPersist({ signal, onProblem, pause }: Persistence): Persist {
  return async (doing, work) => {
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted()
      try {
        const value = await work()
        if (failures > 0) onProblem(null)
        return value
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof UploadRefused || error instanceof UploadLost) throw error
        onProblem(`${doing} does not work now; it is tried again by itself.`)
        await pause(Math.min(1_000 * 2 ** failures, longestPauseMs), signal)
      }
    }
  }
}

export const pauseInBrowser = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      // A laptop that wakes up need not wait for the rest of a pause.
      globalThis.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    globalThis.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
