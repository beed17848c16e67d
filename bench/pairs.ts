import type { Cell } from './report.ts'
import { median, percentile } from './statistics.ts'

/** One sample of each of two, one right after the other. */
export interface Pair<Sample> {
  target: Sample
  peer: Sample
}

/** Who is first changes with every pair, so that no drift of the machine favours one. */
export async function measurePair<Sample>(
  index: number,
  measure: Record<keyof Pair<Sample>, () => Promise<Sample>>,
): Promise<Pair<Sample>> {
  if (index % 2 === 0) {
    const target = await measure.target()
    return { target, peer: await measure.peer() }
  }
  const peer = await measure.peer()
  return { target: await measure.target(), peer }
}

/** The columns of `ratioRow`. */
export const ratioColumns = (target: string, peer: string) => [
  '',
  target,
  peer,
  `${target} / ${peer}`,
  'quarter below',
  'quarter above',
]

/** The medians of both; then the ratio, taken within each pair, with its median and quartiles over the pairs. */
export function ratioRow<Sample>(
  text: string,
  pairs: readonly Pair<Sample>[],
  of: (sample: Sample) => number,
): Cell[] {
  const ratios = pairs.map(({ target, peer }) => of(target) / of(peer))
  return [
    text,
    median(pairs.map(({ target }) => of(target))),
    median(pairs.map(({ peer }) => of(peer))),
    median(ratios),
    percentile(ratios, 0.25),
    percentile(ratios, 0.75),
  ]
}
