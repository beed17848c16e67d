/** How many bytes there were at an instant, in milliseconds of any clock. */
export interface Sample {
  at: number
  bytes: number
  /** One began to look then; the bytes had been there for nobody knows how long. */
  isStart?: boolean
}

const windowMs = 5_000
const enoughMs = 1_500
/** Updates come twice a second, or less often for a slow source: a silence shorter than this is none. */
const silenceMs = 2_000

/** Takes in what is known now, and forgets what is too old to tell of the speed. */
export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1)
  // It began anew: what was before says nothing of what comes.
  if (!last || sample.bytes < last.bytes) return [{ ...sample, isStart: true }]
  if (sample.bytes === last.bytes) return samples
  const since = sample.at - windowMs
  // The newest of the old ones stays, where the window begins.
  const recent = samples.filter(
    ({ isStart }, index) => !isStart && (samples[index + 1]?.at ?? sample.at) > since,
  )
  return [...recent, sample]
}

/** Bytes per second over the last few seconds; null until there is enough to tell. It falls while nothing comes. */
export function rateAt(samples: readonly Sample[], now: number): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) return null
  const tookMs = Math.max(last.at, now - silenceMs) - first.at
  return tookMs < enoughMs ? null : (last.bytes - first.bytes) / (tookMs / 1_000)
}

/** Seconds until the rest is there; null where that cannot be told. */
export function secondsLeft(done: number, total: number | null, rate: number | null): number | null {
  return total === null || !rate ? null : (total - done) / rate
}
