import type { Round } from './round.ts'

/** What is kept of all rounds: the same for ten of them as for a million. */
export interface Tally {
  rounds: number
  /** How often each outcome came. */
  outcomes: Map<string, number>
  faults: { round: number; fault: string }[]
  slowest: { round: number; ms: number }
  hungriest: { round: number; readBytes: number }
}

/** Of faults, the first say enough. */
const mostFaults = 20

export const newTally = (): Tally => ({
  rounds: 0,
  outcomes: new Map(),
  faults: [],
  slowest: { round: 0, ms: 0 },
  hungriest: { round: 0, readBytes: 0 },
})

/** Adds a round to the tally. */
export function add(tally: Tally, round: number, { outcome, fault, ms, readBytes }: Round): void {
  tally.rounds += 1
  tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1)
  if (fault && tally.faults.length < mostFaults) tally.faults.push({ round, fault })
  if (ms > tally.slowest.ms) tally.slowest = { round, ms }
  if (readBytes > tally.hungriest.readBytes) tally.hungriest = { round, readBytes }
}
