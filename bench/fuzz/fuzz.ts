import { Worker } from 'node:worker_threads'
import type { Result } from '../report.ts'
import type { Outcome, Task } from './worker.ts'

export interface FuzzOptions {
  rounds: number
  /** The first round's number. */
  from: number
  seed: number
  say(line: string): void
}

/** A round that takes longer hangs: the slowest sound one has 96 MiB to walk, which takes a fraction of a second. */
const hangsAfterMs = 30_000
/** What a round may leave behind is one entry for a new outcome, of which there are a few dozen. */
const mostGrowthBytes = 2 ** 20
/** Of the thread's own heap. */
const heapMiB = 128

/** Mutated GGUF headers, inspected one after the other in a thread of their own, which may run out of memory or hang. */
export async function measureFuzz(
  { rounds, from, seed, say }: FuzzOptions,
  ending: AsyncDisposableStack,
): Promise<Result> {
  const startedAt = performance.now()
  const { outcome, ended } = await playAll({ rounds, from, seed }, say, ending)
  const seconds = (performance.now() - startedAt) / 1000
  const faults = (outcome?.tally.faults ?? []).map(({ round, fault }) => `round ${round}: ${fault}`)
  if (ended) faults.push(ended)
  const growth = outcome ? outcome.heap.end - outcome.heap.tenth : 0
  if (growth > mostGrowthBytes) faults.push(`The heap grew by ${growth} bytes from the first tenth on.`)
  const counts = [...(outcome?.tally.outcomes ?? [])].sort((one, other) => other[1] - one[1])
  return {
    name: 'fuzz',
    title: `fuzz: ${rounds} mutated GGUF headers from number ${from}, seed ${seed}, in ${seconds.toFixed(1)} s`,
    table: { columns: ['rounds', 'outcome'], rows: counts.map(([name, count]) => [count, name]) },
    notes: [...(outcome ? summary(outcome) : []), ...faults.map((fault) => `FAULT ${fault}`)],
    faults: faults.length,
    samples: { seconds, counts, faults, ...outcome },
  }
}

function summary({ tally: { slowest, hungriest }, heap }: Outcome): string[] {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
  return [
    `The slowest was round ${slowest.round}: ${slowest.ms.toFixed(1)} ms; the most was read by round ${hungriest.round}: ${mib(hungriest.readBytes)}.`,
    `Heap without garbage: ${mib(heap.tenth)} after a tenth of the rounds, ${mib(heap.end)} at the end.`,
  ]
}

/** @returns the outcome, or how the thread ended without one */
async function playAll(
  task: Omit<Task, 'playing'>,
  say: (line: string) => void,
  ending: AsyncDisposableStack,
): Promise<{ outcome?: Outcome; ended?: string }> {
  const playing = new BigInt64Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...task, playing },
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  })
  ending.defer(async () => void (await worker.terminate()))
  const now = () => Number(Atomics.load(playing, 0))
  let last = { round: -1, since: performance.now() }
  let told = performance.now()
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const at = performance.now()
      if (now() !== last.round) last = { round: now(), since: at }
      else if (at - last.since > hangsAfterMs) end({ ended: `round ${last.round}: It hangs.` })
      if (at - told > 10_000) {
        told = at
        say(`round ${now()}`)
      }
    }, 1_000)
    function end(found: { outcome?: Outcome; ended?: string }): void {
      clearInterval(timer)
      resolve(found)
    }
    worker.once('message', (outcome: Outcome) => end({ outcome }))
    worker.once('error', (error) => end({ ended: `round ${now()}: ${error}` }))
    worker.once('exit', () => end({ ended: `round ${now()}: The thread ended.` }))
  })
}
