/** How long it takes to evaluate one token of each of so many neighbouring sequences together. */
export interface Costs {
  /** Milliseconds, as far as was seen lately. */
  of(sequences: number): number | undefined
  see(sequences: number, ms: number): void
}

/** How much the latest time counts in the mean. */
const weight = 0.25
/** After so many others, what was seen is no word on today: the machine may have been busy with something else. */
const staleAfter = 2_000

/**
 * Remembers what evaluations took. No rule holds everywhere: on a GPU eight together take as long as one; on two cores with AVX2 two of
 * a Q8_0 model take four times as long as one, because llama.cpp has a fast way for one row and for eight, and none between.
 */
export function createCosts(): Costs {
  const seen = new Map<number, { ms: number; at: number }>()
  let clock = 0
  const of = (sequences: number) => {
    const known = seen.get(sequences)
    return known && clock - known.at <= staleAfter ? known.ms : undefined
  }
  return {
    of,
    see(sequences, ms) {
      clock += 1
      const before = of(sequences)
      seen.set(sequences, { ms: before === undefined ? ms : before + weight * (ms - before), at: clock })
    },
  }
}

/**
 * In which groups so many neighbours are evaluated the fastest. A number that was not seen yet is tried, all together.
 * @returns sizes whose sum is `count`
 */
export function cheapestGroups(count: number, costOf: Costs['of']): number[] {
  if (costOf(count) === undefined) return [count]
  /** For each number of sequences: the least time, and the size of the last group then. */
  const best: { ms: number; last: number }[] = [{ ms: 0, last: 0 }]
  for (let sum = 1; sum <= count; sum += 1) {
    const ways = best.map(({ ms }, from) => ({ ms: ms + (costOf(sum - from) ?? Infinity), last: sum - from }))
    best.push(ways.reduce((one, other) => (other.ms < one.ms ? other : one)))
  }
  const sizes: number[] = []
  let left = count
  while (left > 0) {
    const size = best[left]?.last ?? left
    sizes.push(size)
    left -= size
  }
  return sizes
}
