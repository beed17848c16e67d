import { useEffect, useEffectEvent } from 'react'
import type { CombinedError } from 'urql'

const everyMs = 3_000

/** Asks again, every few seconds, while Berth cannot be reached: whoever waits need not reload the page. */
export function useRetry(error: CombinedError | undefined, refetch: () => void): void {
  const askAgain = useEffectEvent(refetch)
  const isCutOff = error?.networkError !== undefined
  useEffect(() => {
    if (!isCutOff) return
    const timer = setInterval(() => askAgain(), everyMs)
    return () => clearInterval(timer)
  }, [isCutOff])
}
