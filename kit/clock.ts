import { openSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The clock of all Node processes of a Berth. */
export interface Clock {
  /** Give this to `startBerth`. */
  env: Record<string, string>
  /** Sets it to so many milliseconds ahead of the true time; below zero, behind. Every process shows that from now on. */
  set(aheadMs: number): void
  /** The time that it shows. */
  now(): number
}

/** @param file where the processes read how far they are off, as one number of eight bytes; it is made */
export function createClock(file: string): Clock {
  const written = openSync(file, 'w')
  let offsetMs = 0
  const set = (aheadMs: number) => {
    offsetMs = aheadMs
    writeSync(written, Float64Array.of(aheadMs), 0, 8, 0)
  }
  set(0)
  const preload = pathToFileURL(`${import.meta.dirname}/shifted-date.ts`)
  preload.searchParams.set('file', file)
  return {
    env: { NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${preload}` },
    set,
    now: () => Date.now() + offsetMs,
  }
}
