/** Numbers that look random and follow from a seed. */
export interface Random {
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  of<T>(choices: readonly T[]): T
}

/** Mulberry32; the same seed and round give the same numbers, so that one round can be had again without those before it. */
export function createRandom(seed: number, round: number): Random {
  let state = Math.imul(seed, 0x9e37_79b9) ^ Math.imul(round + 1, 0x85eb_ca6b)

  function next(): number {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  const below = (end: number) => Math.floor((next() / 2 ** 32) * end)
  return {
    below,
    of(choices) {
      const choice = choices[below(choices.length)]
      if (choice === undefined) throw new RangeError('There is nothing to choose from.')
      return choice
    },
  }
}
