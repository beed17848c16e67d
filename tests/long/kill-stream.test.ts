import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { aim, kill, type Part, processesOf, untilReplaced } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { signal } from '@berth/kit/processes'
import { deploy, untilStatus } from '@berth/kit/servers'
import { keepTalking, type Talk, type Talker, talk } from '@berth/kit/talk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gauge } from '../fixtures/gauges.ts'

let berth: TemporaryBerth
let ann: Person
let running: { id: string; url: string }
let stopped: { id: string; url: string }

beforeAll(async () => {
  berth = await startTemporaryBerth()
  ann = await newPerson(berth.url, 'ann')
  running = await deploy(berth.url, ann.token, { name: 'teller', model: 'storyteller' })
  stopped = await deploy(berth.url, ann.token, { name: 'stopped', model: 'storyteller' })
  await untilStatus(berth.url, ann.token, running.id, 'READY')
  await untilStatus(berth.url, ann.token, stopped.id, 'READY')
  const query = 'mutation ($id: ID!) { stopServer(id: $id) { __typename } }'
  await field(berth.url, query, { id: stopped.id }, ann.token)
  await untilStatus(berth.url, ann.token, stopped.id, 'STOPPED')
})
afterAll(async () => {
  await berth?.remove()
})

interface Outage {
  /** Talks that were open when the part was killed, and those that began afterwards. */
  open: Talk[]
  later: Talk[]
  /** Questions to a server that is stopped: a service must be asked what is with it. */
  absent: Talk[]
}

const isOpen = ({ ending }: Talk) => ending === undefined

function signalPod(name: NodeJS.Signals): void {
  for (const { pid } of processesOf(berth, 'inference')) signal(pid, name)
}

/** Makes the pod hang amid an answer: nowhere on its way has that come to its end. */
async function holdPod({ talks }: Talker): Promise<void> {
  await until('the pod hangs amid an answer', async () => {
    signalPod('SIGSTOP')
    await until('what it has said has come', async () => {
      return (await gauge(berth.url, 'berth_gateway_inference_in_flight')) === talks.filter(isOpen).length
    })
    if (talks.some((one) => isOpen(one) && one.pieces > 0)) return true
    signalPod('SIGCONT')
    return false
  })
}

/** Kills a part amid streams, and goes on asking until it is back and answers are whole again. */
async function talkThrough(part: Part): Promise<Outage> {
  const shoot = aim(berth, part)
  // More than the pod answers at once: so that there is always one amid its answer.
  const talker = keepTalking(running.url, ann.token, 6)
  const asker = keepTalking(stopped.url, ann.token, 1)
  await until('streams are open', () => talker.talks.some((one) => isOpen(one) && one.pieces > 0))
  if (part === 'inference' || part === 'gateway') await holdPod(talker)
  const killing = shoot()
  const open = talker.talks.filter(isOpen)
  const before = { talks: talker.talks.length, asked: asker.talks.length }
  await untilReplaced(berth, part, await killing)
  signalPod('SIGCONT')
  await untilWhole(talker)
  await until('who asks for the other was answered', () =>
    asker.talks.slice(before.asked).some(({ ending }) => ending !== undefined),
  )
  const [talks, asked] = await Promise.all([talker.stop(), asker.stop()])
  return { open, later: talks.slice(before.talks), absent: asked.slice(before.asked) }
}

async function untilWhole({ talks }: Talker): Promise<void> {
  await until('every part is ready', async () => (await fetch(`${berth.url}/health`)).ok)
  const since = talks.length
  await until('answers are whole again', () => talks.slice(since).some(({ ending }) => ending === 'whole'))
}

const openAiError = { message: expect.stringMatching(/\w/), type: 'server_error', code: expect.any(String) }

/** Whoever does not get an answer is told so, and by a refusal also when to ask again. */
function expectHonest(talks: Talk[]): void {
  for (const one of talks) {
    expect(one.ending, JSON.stringify(one)).not.toBe('silent')
    if (one.ending === 'told') expect(one.error).toMatchObject(openAiError)
    if (one.ending !== 'refused') continue
    expect([502, 503], JSON.stringify(one)).toContain(one.status)
    expect(one).toMatchObject({ retryAfter: expect.stringMatching(/^\d+$/), error: openAiError })
  }
}

const endings = (talks: Talk[]) => [...new Set(talks.map(({ ending }) => ending))]

test.each(['auth', 'models', 'servers', 'operator', 'postgres', 'objects'] as const)(
  'streams go on, and new ones begin, while %s is away',
  async (part) => {
    const { open, later, absent } = await talkThrough(part)
    expect(open.length).toBeGreaterThan(0)
    expect(endings([...open, ...later])).toEqual(['whole'])
    // It exists, so nobody may say otherwise while the service that knows it is away.
    expect(endings(absent)).toEqual(['refused'])
    expectHonest(absent)
  },
)

test.each(['inference', 'cluster', 'gateway'] as const)(
  'streams that %s takes along end as broken, and the next ones are whole',
  async (part) => {
    const { open, later, absent } = await talkThrough(part)
    // Pods outlive the cluster by the moment that it needs to start again: a short answer may come to its end.
    if (part !== 'cluster') expect(endings(open), JSON.stringify(open)).not.toEqual(['whole'])
    expectHonest([...open, ...later, ...absent])
  },
)

test('a gateway that has no keys yet says when to ask again, and needs no restart', async () => {
  const [auth] = processesOf(berth, 'auth')
  if (!auth) throw new Error('The auth service does not run.')
  process.kill(auth.pid, 'SIGSTOP')
  try {
    await untilReplaced(berth, 'gateway', await kill(berth, 'gateway'))
    const refused = await until('the gateway answers', async () => {
      const { ending, ...rest } = await talk(running.url, ann.token).over
      return ending === 'cut' ? undefined : { ending, ...rest }
    })
    expect(refused).toMatchObject({ ending: 'refused', status: 503 })
    expectHonest([refused])
  } finally {
    process.kill(auth.pid, 'SIGCONT')
  }
  await until('it answers', async () => (await talk(running.url, ann.token).over).ending === 'whole')
})
