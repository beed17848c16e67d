import { useEffect, useEffectEvent } from 'react'

const everyMs = 10_000

/** Asks again now and then, and at once when the person comes back to the page: for what nothing else tells of. */
export function useRefresh(refetch: () => void): void {
  const askAgain = useEffectEvent(() => {
    if (!document.hidden) refetch()
  })
  useEffect(() => {
    const look = () => askAgain()
    const timer = setInterval(look, everyMs)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
}
