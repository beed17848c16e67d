import { setTimeout as delay } from 'node:timers/promises'
import { until } from '@berth/kit/condition'
import { connectionsTo } from '@berth/kit/connections'
import { type Follower, followServers, lossesOf } from '@berth/kit/follower'
import { type Answer, ask } from '@berth/kit/graph'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { processesOf } from '@berth/kit/parts'
import { askForToken, newPerson, type Person } from '@berth/kit/people'
import { type Process, signal, tree } from '@berth/kit/processes'
import { deploy, untilStatus } from '@berth/kit/servers'
import { chat } from '@berth/kit/talk'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

/** A service gives up on its database after 17 s at most, the gateway on a service after 20; the rest is for a busy machine. */
const answeredMs = 60_000
/** Sooner than anybody gives up who waits for the database. */
const promptMs = 5_000
/** Pauses between tries have grown to several seconds when a database comes back. */
const recoveredMs = 90_000
/** Ten for each of three services, five and a listener for each of two that run workflows, and two more listeners. */
const mostConnections = 44

let berth: TemporaryBerth
let ann: Person
let follower: Follower
const servers: { id: string; name: string; url: string }[] = []
let stopped: number[] = []

beforeAll(async () => {
  berth = await startTemporaryBerth()
  ann = await newPerson(berth.url)
  follower = followServers(berth.url, ann.token)
  await deployAnother('first')
})

afterEach(go)

afterAll(async () => {
  go()
  await follower?.close()
  await berth?.remove()
})

/** The server's processes: the one that takes connections, and those that answer. */
const postgres = (): Process[] => processesOf(berth, 'postgres').flatMap(({ pid }) => tree(pid))

/** Makes processes hang, and those that they began meanwhile: their connections stay open, and nothing comes. */
function halt(find: () => Process[]): void {
  const running = () => find().filter(({ pid }) => !stopped.includes(pid))
  for (let found = running(); found.length > 0; found = running()) {
    for (const { pid } of found) signal(pid, 'SIGSTOP')
    stopped.push(...found.map(({ pid }) => pid))
  }
}

function go(): void {
  for (const pid of stopped) signal(pid, 'SIGCONT')
  stopped = []
}

async function deployAnother(name: string): Promise<void> {
  const server = await deploy(berth.url, ann.token, { name, model: 'storyteller' })
  servers.push(server)
  await untilStatus(berth.url, ann.token, server.id, 'READY', recoveredMs)
  await until('it answers', async () => (await chat(server.url, ann.token)).status === 200, recoveredMs)
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now()
  return { value: await work, ms: performance.now() - startedAt }
}

const listServers = () => ask(berth.url, '{ servers(first: 10) { edges { node { name } } } }', {}, ann.token)

const chatWithFirst = () => chat(servers[0]?.url ?? '', ann.token)

async function health(): Promise<{ status: number; checks: Record<string, boolean> }> {
  const response = await fetch(`${berth.url}/health`)
  const { checks } = (await response.json()) as { checks: Record<string, boolean> }
  return { status: response.status, checks }
}

const untilHealthy = () =>
  until('everything is ready', async () => (await health()).status === 200, recoveredMs)

const connections = () => connectionsTo(berth.port + 6)

const codesOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions?.code)

test('a PostgreSQL at a tenth of its speed: everything goes on, only slower', async () => {
  const over = new AbortController()
  const braking = (async () => {
    while (!over.signal.aborted) {
      halt(postgres)
      await delay(450)
      go()
      await delay(50)
    }
  })()
  try {
    const { value, ms } = await timed(listServers())
    expect(value.errors).toBeUndefined()
    expect(ms).toBeLessThan(answeredMs)
    expect(await chatWithFirst()).toMatchObject({ status: 200 })
    await deployAnother('second')
  } finally {
    over.abort()
    await braking
  }
  await untilHealthy()
})

test('a PostgreSQL that hangs until everybody has given up: clear errors in bounded time, chats go on, all recovers', async () => {
  halt(postgres)
  let most = 0
  const counting = setInterval(() => {
    most = Math.max(most, connections())
  }, 250)
  try {
    const ill = await until('health says what is wrong', async () => {
      const found = await health()
      const down = ['auth', 'auth/postgres', 'models', 'servers', 'servers/postgres']
      return down.every((part) => found.checks[part] === false) && found
    })
    expect(ill.status).toBe(503)
    expect(ill.checks.operator).toBe(true)

    const asked = Array.from({ length: 60 }, () => timed(listServers()))
    const input = { name: 'third', model: 'storyteller' }
    const changing = timed(
      ask(
        berth.url,
        'mutation ($input: DeployServerInput!) { deployServer(input: $input) { __typename } }',
        { input },
        ann.token,
      ),
    )
    const signingIn = timed(
      fetch(`${berth.url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant_type: 'password', username: ann.username, password: ann.password }),
      }),
    )
    const chats = [await timed(chatWithFirst()), await timed(chatWithFirst()), await timed(chatWithFirst())]
    for (const { value } of chats) expect(value).toMatchObject({ status: 200 })
    // A busy machine may hold up one of them; the database would each.
    expect(Math.min(...chats.map(({ ms }) => ms))).toBeLessThan(promptMs)

    for (const { value, ms } of await Promise.all([...asked, changing])) {
      expect(ms).toBeLessThan(answeredMs)
      expect(codesOf(value)).toEqual(['SERVICE_UNAVAILABLE'])
      expect(value.errors?.[0]?.message).toMatch(/(database|service cannot be reached).*try again/i)
    }
    const { value: refusal, ms: signInMs } = await signingIn
    expect(signInMs).toBeLessThan(answeredMs)
    expect(refusal.status).toBe(503)
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refusal.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(await chatWithFirst()).toMatchObject({ status: 200 })
  } finally {
    clearInterval(counting)
    go()
  }
  expect(most).toBeLessThanOrEqual(mostConnections)
  await untilHealthy()
  expect(
    (await askForToken(berth.url, { grant_type: 'password', username: ann.username, password: ann.password }))
      .status,
  ).toBe(200)
  await deployAnother('fourth')
})

test('connections that hang for good while the server takes new ones are given up and replaced', async () => {
  const served = () => postgres().filter(({ command }) => /^postgres: (auth|models|servers) /.test(command))
  await until('they hang between two queries, with nothing locked', () => {
    halt(served)
    if (served().every(({ command }) => command.endsWith(' idle'))) return true
    go()
    return false
  })
  await until(
    'the servers are listed again',
    async () => (await listServers()).errors === undefined,
    recoveredMs,
  )
  await untilHealthy()
  await deployAnother('fifth')
  expect(connections()).toBeLessThanOrEqual(mostConnections)
})

test('after all of it nothing is lost or doubled, and no process was restarted', async () => {
  const ids = servers.map(({ id }) => id)
  await until(
    'nothing is lost or doubled',
    async () => discrepancies(await takeInventory(berth, ann.token)).length === 0,
    recoveredMs,
  ).catch(async () => expect(discrepancies(await takeInventory(berth, ann.token))).toEqual([]))
  expect(await lossesOf(follower, { berth: berth.url, token: ann.token, ids })).toEqual([])
  expect(berth.output()).not.toMatch(/starting it again/)
})
