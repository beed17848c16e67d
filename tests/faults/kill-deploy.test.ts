import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { type Follower, followServers, lossesOf } from '@berth/kit/follower'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { registerModel } from '@berth/kit/models'
import { aim, kill, type Part, processesOf, untilReplaced } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'

const mebibyte = 2 ** 20
/** As large as the parts are that the models service makes of a file this small. */
const partBytes = 8 * mebibyte
const modelBytes = 52 * mebibyte
const cutAt = 42 * mebibyte
const bytesPerSecond = 16 * mebibyte

let berth: TemporaryBerth
let source: Upstream
let ann: Person
let follower: Follower

beforeAll(async () => {
  source = await startUpstream({ bytesPerSecond })
  berth = await startTemporaryBerth({ env: { BERTH_SOURCE_ALLOW: '127.0.0.1' } })
  ann = await newPerson(berth.url, 'ann')
  follower = followServers(berth.url, ann.token)
})
afterAll(async () => {
  await follower?.close()
  await berth?.remove()
  await source?.close()
})

/** Everything that must hold again after a part was killed while this server was on its way. */
async function expectWhole(id: string): Promise<void> {
  await until('every part is ready', async () => (await fetch(`${berth.url}/health`)).ok, 60_000)
  const { url } = await untilStatus(berth.url, ann.token, id, 'READY', 90_000)
  // READY may be from before the kill.
  await until('it answers', () => chat(url), 90_000)
  const wrong = async () => discrepancies(await takeInventory(berth, ann.token))
  await until('nothing is doubled', async () => (await wrong()).length === 0).catch(() => undefined)
  expect(await wrong()).toEqual([])
  const { servers } = await takeInventory(berth, ann.token)
  const ids = servers.map((server) => server.id)
  expect(await lossesOf(follower, { berth: berth.url, token: ann.token, ids })).toEqual([])
  const seen = follower.events.filter(({ serverId }) => serverId === id)
  expect(seen.map(({ server }) => server?.status)).toContain('READY')
}

/** @throws what is answered instead, when it is no answer of the model's */
async function chat(url: string): Promise<true> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}` },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'a fox' }], max_tokens: 4 }),
  })
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  await response.json()
  return true
}

const statusOf = (id: string) => follower.latest().get(id)?.server?.status
/** Whoever looks late may see no more of the start than its end. */
const isStarted = (id: string) => ['STARTING', 'READY'].includes(statusOf(id) ?? '')

/** When each part is killed: at the point of a deployment that it has the most to do with. */
const moments: [Part, (id: string) => boolean][] = [
  ['inference', () => processesOf(berth, 'inference').length > 0],
  ['cluster', isStarted],
  ['operator', isStarted],
  ['servers', (id) => statusOf(id) !== undefined],
  ['auth', (id) => statusOf(id) !== undefined],
]

test.each(moments)('%s is killed while a server starts', async (part, moment) => {
  const { id } = await deploy(berth.url, ann.token, { name: `after-${part}`, model: 'storyteller' })
  await until('the moment has come', () => moment(id))
  await untilReplaced(berth, part, await kill(berth, part))
  await expectWhole(id)
})

test('the gateway is killed while it answers, and who asked asks again', async () => {
  const input = { name: 'after-gateway', model: 'storyteller' }
  const asked = deploy(berth.url, ann.token, input).catch(() => undefined)
  await untilReplaced(berth, 'gateway', await kill(berth, 'gateway'))
  await asked
  const { id } = await until('the server is known', async () => {
    const { servers } = await takeInventory(berth, ann.token)
    return servers.find(({ name }) => name === input.name) ?? deploy(berth.url, ann.token, input)
  })
  await expectWhole(id)
})

// The turns of models and of the object store are in retrieval-kills.test.ts and in retrieval.test.ts.
test('postgres is killed while a model is retrieved, which goes on with what is there', async () => {
  const uri = source.offer('postgres', demoModel(modelBytes, 'postgres'))
  await registerModel(berth.url, ann.token, { name: 'model-postgres', source: { uri } })
  const input = { name: 'after-postgres', model: 'model-postgres' }
  const { id } = await deploy(berth.url, ann.token, input)
  const givenBytes = () => source.given('postgres').reduce((sum, { bytes }) => sum + bytes, 0)
  const shoot = aim(berth, 'postgres')
  await until('most of it was given', () => givenBytes() > cutAt)
  const killing = shoot()
  expect(givenBytes()).toBeLessThan(modelBytes)
  await untilReplaced(berth, 'postgres', await killing)
  await expectWhole(id)
  // Only what was on its way to the store is asked for again: one part is written, and the next one read.
  expect(givenBytes(), JSON.stringify(source.given('postgres'))).toBeLessThan(modelBytes + 2 * partBytes)
})

test('the subscriber was cut off, came back, and missed nothing', () => {
  expect(follower.cuts()).toBeGreaterThanOrEqual(3)
  const ready = follower.events.filter(({ server }) => server?.status === 'READY')
  expect(new Set(ready.map(({ server }) => server?.name)).size).toBe(7)
})
