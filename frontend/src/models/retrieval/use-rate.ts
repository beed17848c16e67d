import { useEffect, useState } from 'react'
import { useNow } from '../../design/use-now.ts'
import { addSample, rateAt, type Sample } from './rate.ts'

/** Bytes per second of something that grows, smoothed over a few seconds; null while it rests or cannot be told yet. */
export function useRate(bytes: number, isFlowing: boolean): number | null {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const now = useNow(isFlowing)
  useEffect(() => {
    setSamples((known) => (isFlowing ? addSample(known, { at: Date.now(), bytes }) : []))
  }, [bytes, isFlowing])
  return isFlowing ? rateAt(samples, now) : null
}
