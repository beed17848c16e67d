import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { playRound } from './round.ts'
import { soundHeaders } from './sound.ts'
import { add, newTally, type Tally } from './tally.ts'

/** What the fuzzer's thread is to play. */
export interface Task {
  seed: number
  from: number
  rounds: number
  /** One number, the round that is being played: what the other thread sees when this one hangs. */
  playing: BigInt64Array
}

export interface Outcome {
  tally: Tally
  /** Bytes in use, garbage collected, after a tenth of the rounds and at the end. */
  heap: { tenth: number; end: number }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Buffers go in the turn after the one in which they were found to be garbage. */
async function heapBytes(): Promise<number> {
  collect()
  await setImmediate()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function play({ seed, from, rounds, playing }: Task): Promise<Outcome> {
  const headers = soundHeaders()
  const tally = newTally()
  let tenth = 0
  for (let index = 0; index < rounds; index += 1) {
    Atomics.store(playing, 0, BigInt(from + index))
    add(tally, from + index, await playRound(headers, seed, from + index))
    if (index === Math.floor(rounds / 10)) tenth = await heapBytes()
  }
  return { tally, heap: { tenth, end: await heapBytes() } }
}

parentPort?.postMessage(await play(workerData as Task))
