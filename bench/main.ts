import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { type Arguments, help, type Measurement, readArguments } from './arguments.ts'
import { type Bench, openBench } from './berth.ts'
import { measureDeploy } from './deploy.ts'
import { measureInference } from './inference.ts'
import { describeMachine, load } from './machine.ts'
import { type Result, renderMachine, renderResult } from './report.ts'
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

async function measure(args: Arguments): Promise<void> {
  const machine = describeMachine()
  const loadBefore = load()
  process.stdout.write(`${renderMachine(machine, loadBefore)}\n`)
  const bench = await openBench(args, ending)
  const results: Result[] = []
  const by: Record<Measurement, (bench: Bench) => Promise<Result>> = {
    deploy: (berth) => measureDeploy(berth, args.rounds),
    status: (berth) => measureStatus(berth, args.changes),
    inference: (berth) => measureInference(berth, args.pairs, args.tokens),
  }
  for (const name of args.wanted) {
    const result = await by[name](bench)
    results.push(result)
    process.stdout.write(`${renderResult(result)}\n`)
  }
  process.stdout.write(`\nload ${load()} at the end\n`)
  if (!args.json) return
  const record = { at: new Date().toISOString(), machine, loadBefore, loadAfter: load(), results }
  writeFileSync(args.json, `${JSON.stringify(record, null, 2)}\n`)
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
  await measure(readOrExit())
  await end(0)
} catch (error) {
  await end(1, error)
}
