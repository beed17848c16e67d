import type { Part } from '@berth/kit/parts'
import { createRandom } from '@berth/kit/random'

/** Ends a part at a moment from 0, where the round's work begins, to 1, where it ends when nothing is killed. */
export interface Blow {
  part: Part
  at: number
}

/** How many rounds, of 10, kill two parts. */
const doubles = 3

/** What a round kills, and when: the same for the same seed, round and parts. In the order of time. */
export function planRound(seed: number, round: number, parts: readonly Part[]): Blow[] {
  const random = createRandom(seed * 1_000_003 + round)
  const left = [...parts]
  const count = Math.min(left.length, random() * 10 < doubles ? 2 : 1)
  const blows = Array.from({ length: count }, () => {
    const [part] = left.splice(Math.floor(random() * left.length), 1)
    return part && { part, at: random() }
  })
  return blows.filter((blow) => blow !== undefined).sort((a, b) => a.at - b.at)
}
