import { useEffect, useEffectEvent } from 'react'
import type { CombinedError } from 'urql'
import { isPassing } from './failure.ts'

const everyMs = 3_000

/** Asks again, every few seconds, while Berth or a part of it is away: whoever waits need not reload the page. */
export function useRetry(error: CombinedError | undefined, refetch: () => void): void {
  const askAgain = useEffectEvent(refetch)
  const isAway = isPassing(error)
  useEffect(() => {
    if (!isAway) return
    const timer = setInterval(() => askAgain(), everyMs)
    return () => clearInterval(timer)
  }, [isAway])
}
