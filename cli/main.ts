#!/usr/bin/env node
import { constants } from 'node:os'
import { help, readArguments, UsageError } from './arguments.ts'
import { readCredentials } from './credentials.ts'
import { Away, createAsk, Refused } from './graph.ts'
import { createScreen } from './progress.ts'
import { createPrompt } from './prompt.ts'
import { upload } from './upload.ts'

const screen = createScreen(process.stderr)

class Stopped extends Error {
  override name = 'Stopped'
  readonly code: number
  constructor(code: number) {
    super('Stopped. Run the same command again to go on: what was sent is kept for a day.')
    this.code = code
  }
}

const stop = new AbortController()
// Terminals and npm may both pass a signal on: the first one counts.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => stop.abort(new Stopped(128 + constants.signals[name])))
}

async function run(): Promise<number> {
  // npm runs scripts in the folder of the repository; the person is elsewhere.
  const cwd = process.env.INIT_CWD ?? process.cwd()
  const options = readArguments(process.argv.slice(2), process.env, cwd)
  if (options === 'help') {
    process.stdout.write(help)
    return 0
  }
  const tokens = await readCredentials(
    options,
    process.env,
    createPrompt(process.stdin, process.stderr, stop.signal),
  )
  await upload({ options, ask: createAsk(options.url, tokens), screen, signal: stop.signal })
  return 0
}

function tell(error: unknown): number {
  const reason = stop.signal.aborted ? stop.signal.reason : error
  if (reason instanceof Stopped) {
    screen.say(reason.message)
    return reason.code
  }
  if (reason instanceof UsageError || reason instanceof Refused) {
    screen.say(reason.message)
    return reason instanceof UsageError ? 2 : 1
  }
  if (reason instanceof Away) {
    screen.say(`${reason.message} Run the same command again to go on: what was sent is kept.`)
    return 1
  }
  throw reason
}

process.exitCode = await run().catch(tell)
