import { availableParallelism } from 'node:os'
import type { Evaluator } from './native.ts'

const mebibyte = 1_048_576

/** With how many threads is evaluated: one token of one sequence, and whatever is more. */
export interface Threads {
  single: number
  batch: number
}

/**
 * llama.cpp's threads wait for one another by spinning, several times per layer. For a small model that waiting costs
 * more than a second thread brings, and on a busy machine it costs everything: a 4 MB model on two contended cores went
 * from 569 tokens a second with one thread to 7 with two.
 */
export function threadsFor(modelBytes: number, wanted: number, cores = availableParallelism()): number {
  if (modelBytes < 64 * mebibyte) return 1
  return Math.max(1, Math.min(wanted === 0 ? cores : wanted, cores))
}

/** How much less time fewer threads must take to be chosen: what is measured once should not hang on a moment. */
const advantage = 0.9

/**
 * Finds out how many threads evaluate one token the fastest: the binding keeps no threads between two evaluations, and to start them
 * can cost more than they bring. This is found out once, before the first answer: with a long context the number of
 * threads is in the last bits of what comes out (`ggml_flash_attn_ext_reduce_partials`), and the same seed should give the same text.
 * @param timeWith gives the milliseconds that one token takes with so many threads
 */
export async function findThreads(
  most: number,
  timeWith: (threads: number) => Promise<number>,
): Promise<Threads> {
  let single = most
  let least = most > 1 ? await timeWith(most) : 0
  for (let fewer = most >> 1; fewer >= 1; fewer >>= 1) {
    const ms = await timeWith(fewer)
    if (ms > least * advantage) break
    single = fewer
    least = ms
  }
  return { single, batch: most }
}

const tries = 5

/** What one token takes in an empty sequence, which is empty again then: the median of a few times, after one that is not counted. */
export async function timeOfToken(context: Evaluator, threads: number): Promise<number> {
  context.setThreads(threads)
  const times: number[] = []
  for (let tried = 0; tried <= tries; tried += 1) {
    context.initBatch(1)
    context.addToBatch(0, 0, Uint32Array.of(0), Uint32Array.of(0))
    const begunAt = performance.now()
    await context.decodeBatch()
    if (tried > 0) times.push(performance.now() - begunAt)
    context.removeTokenCellsFromSequence(0, 0, -1)
  }
  return times.toSorted((a, b) => a - b)[tries >> 1] ?? 0
}
