import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, createClock } from '@berth/kit/clock'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { type Follower, followServers, lossesOf } from '@berth/kit/follower'
import { ask, field } from '@berth/kit/graph'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { kill, type Part, processesOf, untilReplaced } from '@berth/kit/parts'
import { askForToken, newPerson, type Person, signIn } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { chat } from '@berth/kit/talk'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'

const hours = 3_600_000
const days = 24 * hours
/** What must go on by itself does so within this, also on a machine that is busy. */
const soonMs = 90_000
const nodeParts: Part[] = ['gateway', 'auth', 'models', 'servers', 'operator', 'objects', 'cluster']

let clock: Clock
let berth: TemporaryBerth
let source: Upstream
let ann: Person
let follower: Follower
const servers: { id: string; name: string; url: string }[] = []

beforeAll(async () => {
  source = await startUpstream({ bytesPerSecond: 2_000_000 })
  berth = await startTemporaryBerth((folder) => {
    clock = createClock(join(folder, 'offset'))
    return { env: { BERTH_SOURCE_ALLOW: '127.0.0.1', ...clock.env } }
  })
  ann = await newPerson(berth.url)
  follower = followServers(berth.url, ann.token)
  servers.push(await deploy(berth.url, ann.token, { name: 'first', model: 'storyteller' }))
  await untilStatus(berth.url, ann.token, servers[0]?.id ?? '', 'READY')
})

afterAll(async () => {
  await follower?.close()
  await berth?.remove()
  await source?.close()
})

/** Uses the refresh token, as the UI does when a token is over. */
async function refresh(): Promise<void> {
  const { status, body } = await askForToken(berth.url, {
    grant_type: 'refresh_token',
    refresh_token: ann.refreshToken,
  })
  expect(status, JSON.stringify(body)).toBe(200)
  Object.assign(ann, { token: String(body.access_token), refreshToken: String(body.refresh_token) })
}

const scale = (id: string, replicas: number) =>
  field(
    berth.url,
    'mutation ($id: ID!, $replicas: Int!) { scaleServer(id: $id, replicas: $replicas) { __typename } }',
    { id, replicas },
    ann.token,
  )

async function untilReplicas(id: string, replicas: number): Promise<void> {
  await until(
    `the server has ${replicas} ready pods`,
    async () => {
      const { readyReplicas, status } = await untilStatus(berth.url, ann.token, id, 'READY', soonMs)
      return readyReplicas === replicas && status === 'READY'
    },
    soonMs,
  )
}

/** Registers a model whose file comes slowly, deploys it, and sets the clock while the file is on its way. */
async function deployAcross(name: string, jump: () => Promise<unknown>): Promise<void> {
  const file = demoModel(4_000_000, name)
  const { __typename } = await field<{ __typename: string }>(
    berth.url,
    'mutation ($input: RegisterModelInput!) { registerModel(input: $input) { __typename ... on Error { message } } }',
    { input: { name, tag: 'v1', source: { uri: source.offer(name, file) } } },
    ann.token,
  )
  expect(__typename).toBe('RegisterModelSuccess')
  const server = await deploy(berth.url, ann.token, { name, model: name })
  servers.push(server)
  await until('the file is on its way', () => (source.given(name)[0]?.bytes ?? 0) > 250_000)
  await jump()
  await untilStatus(berth.url, ann.token, server.id, 'READY', soonMs)
  await until('it answers', async () => (await chat(server.url, ann.token)).status === 200, soonMs)
}

/** Waits until no process works although there is nothing to do. */
async function untilCalm(): Promise<void> {
  const ticks = () =>
    nodeParts.flatMap((part) =>
      processesOf(berth, part).map(({ pid }) => {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
        return Number(fields[11]) + Number(fields[12])
      }),
    )
  let before = ticks()
  let at = performance.now()
  await until(
    'every process is at rest',
    () => {
      const seconds = (performance.now() - at) / 1_000
      if (seconds < 2) return false
      const now = ticks()
      // 100 ticks are a second of a core; the busiest, the cluster, needs 6 of them to watch its pods.
      const calm = now.every((value, index) => value - (before[index] ?? 0) < 30 * seconds)
      before = now
      at = performance.now()
      return calm
    },
    soonMs,
  )
}

test('three hours ahead while a server is READY: tokens are over, a refresh goes on, changes go through', async () => {
  const old = ann.token
  clock.set(3 * hours)
  const { status, errors } = await ask(berth.url, '{ me { id } }', {}, old)
  expect(status).toBe(401)
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  expect(errors?.[0]?.message).toMatch(/^The token expired at .*; get a new one\.$/)
  const [first] = servers
  expect(await chat(first?.url ?? '', old)).toMatchObject({ status: 401 })
  await refresh()
  await untilStatus(berth.url, ann.token, first?.id ?? '', 'READY', soonMs)
  await until('it answers', async () => (await chat(first?.url ?? '', ann.token)).status === 200, soonMs)
  await scale(first?.id ?? '', 2)
  await untilReplicas(first?.id ?? '', 2)
})

test('three hours back while a model is on its way', async () => {
  const before = ann.token
  await deployAcross('backward', async () => clock.set(0))
  // Signed three hours from now, and as good as then.
  expect((await ask(berth.url, '{ me { id } }', {}, before)).status).toBe(200)
  expect((await signIn(berth.url, ann.username, ann.password)).token).not.toBe(before)
})

test('three hours behind the time at which everything began', async () => {
  clock.set(-3 * hours)
  Object.assign(ann, await signIn(berth.url, ann.username, ann.password))
  expect(await chat(servers[0]?.url ?? '', ann.token)).toMatchObject({ status: 200 })
  await scale(servers[0]?.id ?? '', 1)
  await untilReplicas(servers[0]?.id ?? '', 1)
})

test('three hours ahead while a model is on its way', async () => {
  await deployAcross('forward', async () => {
    clock.set(0)
    clock.set(3 * hours)
    await refresh()
  })
})

test('forty days ahead: the keys that are due are made, and none that a token needs is gone', async () => {
  clock.set(40 * days)
  Object.assign(ann, await signIn(berth.url, ann.username, ann.password))
  const signedBefore = ann.token
  for (const part of ['auth', 'servers'] as const) await untilReplaced(berth, part, await kill(berth, part))
  await until('both are ready', async () => (await fetch(`${berth.url}/health`)).ok, soonMs)
  const response = await fetch(`${berth.url}/auth/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  expect(keys).toHaveLength(2)
  expect((await ask(berth.url, '{ me { id } }', {}, signedBefore)).status).toBe(200)
  await scale(servers[0]?.id ?? '', 2)
  await untilReplicas(servers[0]?.id ?? '', 2)
  clock.set(0)
  Object.assign(ann, await signIn(berth.url, ann.username, ann.password))
  await scale(servers[0]?.id ?? '', 1)
  await untilReplicas(servers[0]?.id ?? '', 1)
})

test('after all of it nothing is lost or doubled, nothing was restarted, and nothing runs idle', async () => {
  const ids = servers.map(({ id }) => id)
  await until(
    'nothing is lost or doubled',
    async () => discrepancies(await takeInventory(berth, ann.token)).length === 0,
    soonMs,
  ).catch(async () => expect(discrepancies(await takeInventory(berth, ann.token))).toEqual([]))
  expect(await lossesOf(follower, { berth: berth.url, token: ann.token, ids })).toEqual([])
  const restarts = berth.output().match(/^\w+ (was ended|ended).*$/gm) ?? []
  expect(restarts.map((line) => line.split(' ')[0]).sort()).toEqual(['auth', 'servers'])
  await untilCalm()
})
