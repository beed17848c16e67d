import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startBerth } from '@berth/kit/launch'
import { type Part, parts } from '@berth/kit/parts'
import { newPerson } from '@berth/kit/people'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import type { Result } from '../report.ts'
import type { Expected } from './expected.ts'
import { describe, type Outcome, resultOf } from './outcome.ts'
import { planRound } from './plan.ts'
import { playRound, type Stage } from './round.ts'
import { settleIn } from './work.ts'

export interface ChaosOptions {
  rounds: number
  seed: number
  /** What may be killed; everything when there are none. */
  parts: readonly Part[]
  say(line: string): void
}

const bytesPerSecond = 3_000_000

/** Plays the rounds, each Berth until a round has found a fault on it; the data folder of such a one is kept. */
export async function measureChaos(options: ChaosOptions, ending: AsyncDisposableStack): Promise<Result> {
  const { rounds, seed, say } = options
  const source = await startUpstream({ bytesPerSecond })
  ending.defer(() => source.close())
  const outcomes: Outcome[] = []
  let stage: (Omit<Stage, 'quietMs'> & { end(keep: boolean): Promise<void> }) | undefined
  ending.defer(async () => stage?.end(false))
  for (let round = 0; round <= rounds; round += 1) {
    stage ??= await openStage(source, say)
    // The first round kills nothing: it says what the work alone takes.
    const blows = round === 0 ? [] : planRound(seed, round, options.parts.length > 0 ? options.parts : parts)
    const quietMs = outcomes[0]?.recoveryMs ?? 0
    const outcome = await playRound({ ...stage, quietMs }, round, blows)
    outcomes.push(outcome)
    say(describe(`${round}/${rounds}`, outcome))
    if (outcome.faults.length === 0) continue
    await stage.end(true)
    stage = undefined
  }
  return resultOf(outcomes, seed)
}

async function openStage(source: Upstream, say: (line: string) => void) {
  const data = mkdtempSync(join(tmpdir(), 'berth-chaos-'))
  say(`Starting a Berth in ${data}.`)
  const berth = await startBerth({
    data,
    port: await freePorts(),
    env: { BERTH_SOURCE_ALLOW: '127.0.0.1', LOG_LEVEL: 'debug' },
  })
  const person = await newPerson(berth.url, 'chaos')
  const expected: Expected = { servers: new Map(), models: new Map() }
  await settleIn({ berth: berth.url, token: person.token, giveUpAt: Date.now() + 60_000 }, expected)
  return {
    berth,
    person,
    source,
    expected,
    async end(keep: boolean) {
      await berth.stop()
      if (keep) say(`What that round left is in ${data}.`)
      else rmSync(data, { recursive: true, force: true })
    },
  }
}
