import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { type Arguments, type Measurement, readArguments } from './arguments.ts'
import { type Bench, openBench } from './berth.ts'
import { measureChaos } from './chaos/chaos.ts'
import { measureDeploy } from './deploy.ts'
import { measureFuzz } from './fuzz/fuzz.ts'
import { measureGateway } from './gateway.ts'
import { shapes } from './gguf/shapes.ts'
import { writeRandomGguf } from './gguf/write.ts'
import { help } from './help.ts'
import { measureInference } from './inference/inference.ts'
import { startPod } from './inference/pod.ts'
import { describeMachine, load } from './machine.ts'
import { measureObjects } from './objects.ts'
import { type Result, renderMachine, renderResult } from './report.ts'
import { measureRetrieval } from './retrieval/retrieval.ts'
import { measureSoak } from './soak/soak.ts'
import { measureStatus } from './status.ts'

const ending = new AsyncDisposableStack()

/** The first call says how it ends; what fails because of it is no news. */
async function end(code: number, why?: unknown): Promise<never> {
  if (ending.disposed) return new Promise(() => undefined)
  if (why !== undefined) process.stderr.write(`${why instanceof Error ? why.stack : why}\n`)
  await ending.disposeAsync().catch((error: unknown) => process.stderr.write(`While ending: ${error}\n`))
  process.exit(code)
}

function readOrExit(): Arguments {
  try {
    const found = readArguments(process.argv.slice(2), process.env)
    if (found !== 'help') return found
    process.stdout.write(help)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error} See npm run bench -- --help.\n`)
    process.exit(2)
  }
}

const say = (line: string) => void process.stderr.write(`${line}\n`)

async function* berthResults(args: Arguments): AsyncGenerator<Result> {
  const bench = await openBench(args, ending)
  const by: Record<Measurement, (bench: Bench) => Promise<Result>> = {
    deploy: (berth) => measureDeploy(berth, args.rounds),
    status: (berth) => measureStatus(berth, args.changes),
    gateway: (berth) => measureGateway(berth, args.pairs, args.tokens),
  }
  for (const name of args.wanted) yield await by[name](bench)
}

async function* results(args: Arguments): AsyncGenerator<Result> {
  if (args.command === 'chaos') yield await measureChaos({ ...args, say }, ending)
  else if (args.command === 'fuzz') yield await measureFuzz({ ...args, say }, ending)
  else if (args.command === 'objects') yield await measureObjects({ ...args, say }, ending)
  else if (args.command === 'retrieval') yield await measureRetrieval({ ...args, say }, ending)
  else if (args.command === 'inference') yield await measureInference({ ...args, say }, ending)
  else if (args.command === 'soak') yield await measureSoak({ ...args, say }, ending)
  else yield* berthResults(args)
}

async function writeGguf({ to, shape: name, vocabulary, seed }: Arguments): Promise<void> {
  if (!to) throw new Error('gguf needs --to FILE.')
  const shape = { ...shapes[name], ...(vocabulary > 0 && { vocabulary }) }
  await writeRandomGguf(to, `random-${name}`, shape, seed)
  process.stdout.write(`${to}\n`)
}

/** Runs until a signal ends it. */
async function runPod({ runtime }: Arguments): Promise<never> {
  if (!runtime.file) throw new Error('pod needs --file GGUF.')
  const { url, token } = await startPod(runtime, ending)
  process.stdout.write(`${url}\nexport BERTH_TOKEN=${token}\n`)
  return new Promise(() => undefined)
}

/** @returns how much was found to be wrong */
async function measure(args: Arguments): Promise<number> {
  const machine = describeMachine()
  const loadBefore = load()
  process.stdout.write(`${renderMachine(machine, loadBefore)}\n`)
  const found: Result[] = []
  for await (const result of results(args)) {
    found.push(result)
    process.stdout.write(`${renderResult(result)}\n`)
  }
  process.stdout.write(`\nload ${load()} at the end\n`)
  const faults = found.reduce((sum, result) => sum + (result.faults ?? 0), 0)
  if (!args.json) return faults
  const record = { at: new Date().toISOString(), machine, loadBefore, loadAfter: load(), results: found }
  writeFileSync(args.json, `${JSON.stringify(record, null, 2)}\n`)
  return faults
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130))
if (process.env.BERTH_PARENT_FD === '3') {
  // The process above holds the other end: its end is ours.
  new Socket({ fd: 3 })
    .on('close', () => void end(130))
    .on('error', () => void end(130))
    .resume()
}
try {
  const args = readOrExit()
  if (args.command === 'pod') await runPod(args)
  if (args.command === 'gguf') await writeGguf(args)
  const faults = args.command === 'gguf' ? 0 : await measure(args)
  await end(faults > 0 ? 1 : 0)
} catch (error) {
  await end(1, error)
}
