import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@berth/kit/condition'
import { type Follower, followServers, lossesOf } from '@berth/kit/follower'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import type { LocalBerth } from '@berth/kit/launch'
import { kill, processesOf } from '@berth/kit/parts'
import { type Person, signIn } from '@berth/kit/people'
import { readServer } from '@berth/kit/servers'
import type { Upstream } from '@berth/kit/upstream'
import { streamChat } from './chat.ts'
import { differences, type Expected } from './expected.ts'
import type { Outcome } from './outcome.ts'
import type { Blow } from './plan.ts'
import { type Caller, insist } from './requests.ts'
import { keepChatting, work } from './work.ts'

/** What the rounds on one Berth share. */
export interface Stage {
  berth: LocalBerth
  person: Pick<Person, 'username' | 'password'>
  source: Upstream
  expected: Expected
  /** How long the work takes when nothing is killed, in ms. */
  quietMs: number
}

const roundWithinMs = 120_000
const settleWithinMs = 60_000
const startsWithinMs = 60_000

/** One round: work, kills meanwhile, recovery, and a look whether everything is as it was acknowledged. */
export async function playRound(stage: Stage, round: number, blows: readonly Blow[]): Promise<Outcome> {
  const { berth, person, source, expected } = stage
  const { token } = await until('signing in', () => signIn(berth.url, person.username, person.password))
  const caller: Caller = { berth: berth.url, token, giveUpAt: Date.now() + roundWithinMs }
  const follower = followServers(berth.url, token)
  const lasting = expected.servers.get('lasting')?.url ?? ''
  const chatting = keepChatting(caller, lasting)
  const faults: string[] = []
  const note = (error: unknown) => void faults.push(error instanceof Error ? error.message : String(error))
  try {
    const working = work(caller, expected, source, round)
    const killed: Outcome['killed'] = []
    const lastAt = await strike(stage, blows, killed).catch((error: unknown) => {
      note(error)
      return performance.now()
    })
    const recovered = recover(caller, expected, round).then(
      () => performance.now() - lastAt,
      (error: unknown) => note(error),
    )
    for (const job of await working) if (job.status === 'rejected') note(job.reason)
    const recoveryMs = (await recovered) ?? undefined
    const chats = await chatting.stop().catch((error: unknown) => {
      note(error)
      return { whole: 0, cut: 0, refused: 0 }
    })
    await settle(stage, token, follower).catch(note)
    return { killed, recoveryMs, chats, cuts: follower.cuts(), faults }
  } finally {
    await chatting.stop().catch(() => undefined)
    await follower.close()
  }
}

/** @returns the moment of the last kill, or of the begin where nothing is killed */
async function strike(
  { berth, quietMs }: Stage,
  blows: readonly Blow[],
  killed: Outcome['killed'],
): Promise<number> {
  const beganAt = performance.now()
  let lastAt = beganAt
  for (const { part, at } of blows) {
    await delay(Math.max(0, beganAt + at * quietMs - performance.now()))
    await until(`${part} runs`, () => processesOf(berth, part).length > 0, startsWithinMs)
    lastAt = performance.now()
    killed.push({ part, afterMs: Math.round(lastAt - beganAt) })
    await kill(berth, part)
  }
  return lastAt
}

async function recover(caller: Caller, expected: Expected, round: number): Promise<void> {
  const { berth, token, giveUpAt } = caller
  const left = () => Math.max(1_000, giveUpAt - Date.now())
  const health = async () => (await fetch(`${berth}/health`, { signal: AbortSignal.timeout(5_000) })).ok
  await until('every part is healthy', health, left())
  const server = await until(
    `story-${round} is deployed`,
    () => expected.servers.get(`story-${round}`),
    left(),
  )
  await insist(`the READY of story-${round}`, caller, async () => {
    const found = await readServer(berth, token, server.id)
    if (found?.status !== 'READY') throw new Error(`It is ${found?.status}: ${found?.message}`)
  })
  await insist(`the chat of story-${round}`, caller, async () => {
    const ending = await streamChat(caller, server.url)
    if (ending.kind !== 'whole') throw new Error(ending.why)
  })
  await until('every part is healthy', health, left())
}

/** Waits until everything that exists is what was acknowledged, and the subscriber knows it. @throws with what is not */
async function settle({ berth, expected }: Stage, token: string, follower: Follower): Promise<void> {
  let wrong: string[] = []
  const isRight = async () => {
    const inventory = await takeInventory(berth, token)
    wrong = [...discrepancies(inventory), ...differences(inventory, expected)]
    return wrong.length === 0
  }
  await until('everything is as it was acknowledged', isRight, settleWithinMs).catch((error: Error) => {
    throw new Error(wrong.join(' ') || `It cannot be told what exists: ${error.cause}`)
  })
  const ids = [...expected.servers.values()].map(({ id }) => id)
  const losses = await lossesOf(follower, { berth: berth.url, token, ids })
  if (losses.length > 0) throw new Error(`The subscriber: ${losses.join(' ')}`)
}
