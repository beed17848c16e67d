import type { Bench, Deployed } from './berth.ts'
import { createChat, isNotReady, story } from './chat.ts'
import { type Live, openLive } from './live.ts'
import type { Result } from './report.ts'
import { followRollouts, type Rollouts } from './rollout.ts'
import { median } from './statistics.ts'

/** Each milestone, and the one that its own share of the time counts from. */
const milestones = [
  { key: 'accepted', after: undefined, text: 'deploy accepted: deployServer has answered' },
  { key: 'applied', after: 'accepted', text: 'ModelServe is in the cluster' },
  { key: 'starting', after: 'applied', text: 'STARTING arrives at the client' },
  { key: 'podMade', after: 'applied', text: 'pod is made' },
  { key: 'fetching', after: 'podMade', text: 'init container runs' },
  { key: 'fetched', after: 'fetching', text: 'init container has the model' },
  { key: 'running', after: 'fetched', text: 'inference container runs' },
  { key: 'podReady', after: 'running', text: 'pod is ready: model loaded, probe passed' },
  { key: 'ready', after: 'podReady', text: 'READY arrives at the client' },
  { key: 'firstToken', after: 'ready', text: 'first token, by the gateway' },
] as const

type Milestone = (typeof milestones)[number]['key']
/** ms from the call of deployServer. */
type Round = Partial<Record<Milestone, number>> & { refusals: number }

/** From the call of deployServer to the first token of a chat, with the model in the store. */
export async function measureDeploy(bench: Bench, rounds: number): Promise<Result> {
  const live = await openLive(bench.url, bench.token)
  const rollouts = bench.cluster && (await followRollouts(bench.cluster, bench.namespace))
  try {
    // The first one brings the model into the store, and every process to work.
    await measureRound(bench, live, rollouts)
    const measured: Round[] = []
    while (measured.length < rounds) {
      const round = await measureRound(bench, live, rollouts)
      measured.push(round)
      bench.say(
        `deploy ${measured.length}/${rounds}: first token after ${Math.round(round.firstToken ?? 0)} ms`,
      )
    }
    return resultOf(measured)
  } finally {
    rollouts?.stop()
    await live.close()
  }
}

async function measureRound(bench: Bench, live: Live, rollouts: Rollouts | undefined): Promise<Round> {
  const start = performance.now()
  const server = await bench.deploy()
  const accepted = performance.now() - start
  const changes = live.follow(server.id)
  const reached = (status: string, ...orLater: string[]) =>
    changes.first(`${server.name} is ${status}`, (change) =>
      [status, ...orLater].includes(change.server?.status ?? ''),
    )
  const { at: readyAt } = await reached('READY')
  const { firstTokenAt, refusals } = await firstToken(bench, server)
  const { at: startingAt } = await reached('STARTING', 'READY')
  const inCluster = rollouts && (await rollouts.milestones(server.id, start))
  await bench.remove(server.id)
  return {
    accepted,
    starting: startingAt - start,
    ...inCluster,
    ready: readyAt - start,
    firstToken: firstTokenAt - start,
    refusals,
  }
}

/** READY promises that a chat works: an answer that it does not yet is counted, and asked again at once. */
async function firstToken({ token, model }: Bench, { url }: Deployed) {
  const ask = createChat({ baseURL: url, token, model })
  for (let refusals = 0; ; refusals += 1) {
    try {
      return { ...(await ask(story(1))), refusals }
    } catch (error) {
      if (!isNotReady(error) || refusals >= 1_000) throw error
    }
  }
}

function resultOf(rounds: Round[]): Result {
  const rows = milestones.flatMap(({ key, after, text }) => {
    const times = rounds.flatMap((round) => round[key] ?? [])
    if (times.length === 0) return []
    const own = rounds.map((round) => (round[key] ?? 0) - ((after && round[after]) ?? round.accepted ?? 0))
    return [
      [
        text,
        median(times),
        Math.max(...times),
        median(after ? own : times),
        Math.max(...(after ? own : times)),
      ],
    ]
  })
  const refusals = rounds.reduce((sum, round) => sum + round.refusals, 0)
  return {
    name: 'deploy',
    title: `Deploy to first token, the model in the store: ${rounds.length} rounds`,
    table: { columns: ['milestone', 'at p50 ms', 'at max ms', 'step p50 ms', 'step max ms'], rows },
    notes: [
      'STARTING arrives beside the pod: the two steps after the ModelServe overlap.',
      `Chats refused between READY and the first token: ${refusals}.`,
    ],
    samples: rounds,
  }
}
