import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@berth/kit/launch'
import { type Runtime, startPod } from '../inference/pod.ts'
import type { Result } from '../report.ts'
import { slope } from '../statistics.ts'
import { type Heap, openHeap } from './heap.ts'
import { type Ask, kinds } from './kinds.ts'

const demoModel = fileURLToPath(new URL('../../infra/demo-model/storyteller.gguf', import.meta.url))

export interface SoakOptions {
  requests: number
  /** Its file may be empty: the demo model's. */
  runtime: Runtime
  say(line: string): void
}

/** More than there are sequences, so that some wait. */
const clients = 12
/** After each of which memory is looked at. */
const parts = 10

/** A pod may grow so much with each request, from the first tenth on: noise of the allocator. Over 10,000 requests this is 4.5 MB. */
const mostBytesPerRequest = 500

interface Sample {
  requests: number
  /** The pages that are the pod's own, without garbage. Those of files (the model, libraries) come and go as the system likes. */
  ownBytes: number
  /** Of them, what JavaScript has. */
  heapBytes: number
  /** All that was resident before the garbage was collected. */
  residentBytes: number
}

/** Requests of every kind to one pod, and how its memory goes along. */
export async function measureSoak(
  { requests, runtime, say }: SoakOptions,
  ending: AsyncDisposableStack,
): Promise<Result> {
  const port = await freePorts()
  const file = runtime.file || demoModel
  const { url, token, pid } = await startPod({ ...runtime, file }, ending, [`--inspect=${port}`])
  const heap = await openHeap(port, ending)
  const ask: Ask = (path, body, signal) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    })
  const order = Object.values(kinds)
  const samples: Sample[] = []
  let begun = 0
  async function client(until: number): Promise<void> {
    while (begun < until) {
      const seed = begun++
      await order[seed % order.length]?.(ask, seed)
    }
  }
  for (let part = 0; part <= parts; part += 1) {
    const until = Math.round((requests * part) / parts)
    await Promise.all(Array.from({ length: clients }, () => client(until)))
    const sample = await look(pid, heap, until)
    samples.push(sample)
    say(`${until}/${requests}: ${megabytes(sample.ownBytes)} MB`)
  }
  return resultOf(samples, requests)
}

function resultOf(samples: Sample[], requests: number): Result {
  const settled = samples.filter((sample) => sample.requests >= requests / 10)
  const bytesPerRequest = slope(settled.map((sample) => [sample.requests, sample.ownBytes]))
  const rows = samples.map((sample) => [
    sample.requests,
    megabytes(sample.ownBytes),
    megabytes(sample.heapBytes),
    megabytes(sample.residentBytes),
  ])
  const grew = bytesPerRequest > mostBytesPerRequest
  return {
    name: 'soak',
    title: `soak: ${requests} requests of ${Object.keys(kinds).length} kinds, ${clients} at once`,
    table: { columns: ['requests', 'own memory, MB', 'of it JavaScript', 'resident before'], rows },
    notes: [
      'Own memory is looked at after the garbage was collected; resident is what there was before, with what files have in memory.',
      `From the first tenth on it ${grew ? 'grows' : 'changes'} by ${Math.round(bytesPerRequest)} bytes with each request (least squares); at most ${mostBytesPerRequest} may be noise.`,
    ],
    faults: grew ? 1 : 0,
    samples,
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10

/** Linux only: no other system tells a process's own pages by a file. */
async function look(pid: number, heap: Heap, requests: number): Promise<Sample> {
  const status = () => readFileSync(`/proc/${pid}/status`, 'utf8')
  const residentBytes = kilobytes(status(), 'VmRSS') * 1_024
  const heapBytes = await heap.collect()
  return { requests, ownBytes: kilobytes(status(), 'RssAnon') * 1_024, heapBytes, residentBytes }
}

function kilobytes(status: string, name: string): number {
  const [, found] = status.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm')) ?? []
  if (!found) throw new Error(`The process's status has no ${name}.`)
  return Number(found)
}
