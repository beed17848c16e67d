/**
 * The value below which `share` (0 to 1) of the samples lie, between two samples in proportion to their distance.
 * @throws RangeError without samples
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * Math.min(1, Math.max(0, share))
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new RangeError('A percentile needs a sample.')
  return below + (above - below) * (place - Math.floor(place))
}

export const median = (samples: readonly number[]) => percentile(samples, 0.5)

export interface Summary {
  count: number
  p50: number
  p90: number
  p99: number
  max: number
}

/** @throws RangeError without samples */
export function summarise(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    p50: median(samples),
    p90: percentile(samples, 0.9),
    p99: percentile(samples, 0.99),
    max: percentile(samples, 1),
  }
}
