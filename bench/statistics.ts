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

/**
 * How much y grows with x, by least squares.
 * @throws RangeError without two different x
 */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const x = mean((point) => point[0])
  const y = mean((point) => point[1])
  const spread = mean((point) => (point[0] - x) ** 2)
  if (!(spread > 0)) throw new RangeError('A slope needs two points, one beside the other.')
  return mean((point) => (point[0] - x) * (point[1] - y)) / spread
}
