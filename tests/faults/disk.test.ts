import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { fill, makeRoom, smallDisks } from '@berth/kit/disks'
import { ask, field } from '@berth/kit/graph'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { newPerson, type Person } from '@berth/kit/people'
import { secretsOf } from '@berth/kit/secrets'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { chat } from '@berth/kit/talk'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

const soonMs = 90_000
/** Folders with a disk each, in Berth's data. */
const sizes = { objects: '48m', cluster: '24m', 'cluster/pods': '64m', postgres: '256m' }
const disk = (name: keyof typeof sizes) => join(berth.data, name)
let berth: TemporaryBerth
let source: Upstream
let ann: Person
let first: { id: string; name: string; url: string }

beforeAll(async () => {
  source = await startUpstream({ bytesPerSecond: 20_000_000 })
  berth = await startTemporaryBerth((folder) => ({
    env: { BERTH_SOURCE_ALLOW: '127.0.0.1' },
    wrap: smallDisks(
      Object.fromEntries(Object.entries(sizes).map(([name, size]) => [join(folder, 'data', name), size])),
    ),
  }))
  ann = await newPerson(berth.url)
  first = await deploy(berth.url, ann.token, { name: 'first', model: 'storyteller' })
  await untilStatus(berth.url, ann.token, first.id, 'READY', soonMs)
  await until('it answers', async () => (await chatWithFirst()).status === 200, soonMs)
}, 240_000)

afterAll(async () => {
  await berth?.remove()
  await source?.close()
})

const chatWithFirst = () => chat(first.url, ann.token)

const messageOf = async (id: string) => (await readServer(berth.url, ann.token, id))?.message ?? ''

const untilMessage = (id: string, expected: RegExp) =>
  until(`the server says ${expected}`, async () => expected.test(await messageOf(id)), soonMs).catch(
    async (error: Error) => {
      throw new Error(`${error.message} It says: ${await messageOf(id)}`, { cause: error })
    },
  )

test("the pod's disk has no room for the model: the server says so, and comes up when there is", async () => {
  // Less than the model, and enough for what the pod is told.
  fill(berth, disk('cluster/pods'), 1_000_000)
  const { id } = await deploy(berth.url, ann.token, { name: 'second', model: 'storyteller' })
  await untilMessage(id, /no room for \d+ bytes; give the volume more/)
  expect(await chatWithFirst()).toMatchObject({ status: 200 })
  makeRoom(berth, disk('cluster/pods'))
  await untilStatus(berth.url, ann.token, id, 'READY', soonMs)
})

test('the object store is full: the retrieval and its server say so, nothing is half there, and it goes on', async () => {
  fill(berth, disk('objects'))
  const name = 'late'
  const input = { name, tag: 'v1', source: { uri: source.offer(name, demoModel(6_000_000, name)) } }
  await field(
    berth.url,
    'mutation ($input: RegisterModelInput!) { registerModel(input: $input) { __typename } }',
    { input },
    ann.token,
  )
  const server = await deploy(berth.url, ann.token, { name, model: name })
  await untilMessage(server.id, /^Retrieving late: The object store is full; free space in it/)
  expect(await chatWithFirst()).toMatchObject({ status: 200 })
  const { objects } = await takeInventory(berth, ann.token)
  expect(objects.filter((key) => key.startsWith('sha256/'))).toHaveLength(1)
  makeRoom(berth, disk('objects'))
  await untilStatus(berth.url, ann.token, server.id, 'READY', soonMs)
})

test("the cluster's store is full: what runs goes on, changes wait and say why", async () => {
  fill(berth, disk('cluster'))
  const config = new KubeConfig()
  config.loadFromFile(berth.kubeconfig)
  const cluster = config.makeApiClient(CoreV1Api)
  // Its files have some room inside: it writes until that is used up.
  await until('the cluster takes no more', async () => {
    const body = { metadata: { generateName: 'ballast-' }, data: { text: 'x'.repeat(500_000) } }
    const made = cluster.createNamespacedConfigMap({ namespace: 'default', body })
    return made.then(
      () => false,
      () => true,
    )
  })
  const { id } = await deploy(berth.url, ann.token, { name: 'third', model: 'storyteller' })
  await untilMessage(id, /disk of the cluster is full: make room on it/)
  expect(await chatWithFirst()).toMatchObject({ status: 200 })
  const change = cluster.createNamespace({ body: { metadata: { name: 'never' } } })
  await expect(change).rejects.toThrow('the disk of the cluster is full: make room on it, then try again')
  makeRoom(berth, disk('cluster'))
  await untilStatus(berth.url, ann.token, id, 'READY', soonMs)
})

test("PostgreSQL's disk is full: requests say so or that it is away, chats go on, and it comes back", async () => {
  const { postgresPassword = '' } = secretsOf(berth.data)
  const superuser = new pg.Client({
    host: '127.0.0.1',
    port: berth.port + 6,
    user: 'postgres',
    password: postgresPassword,
    database: 'servers',
  })
  superuser.on('error', () => undefined)
  await superuser.connect()
  fill(berth, disk('postgres'))
  const writes = 'CREATE TABLE large AS SELECT repeat(md5(n::text), 20) FROM generate_series(1, 100000) AS n'
  await expect(superuser.query(writes)).rejects.toThrow(/No space left|terminated/)
  // A segment of the log that it needs and cannot have takes the server down (PANIC).
  await superuser.query('SELECT pg_switch_wal()').catch(() => undefined)
  await superuser.query(writes).catch(() => undefined)
  await superuser.end().catch(() => undefined)
  const told = await until(
    'a change is refused',
    async () => {
      const { errors } = await ask(
        berth.url,
        'mutation ($input: DeployServerInput!) { deployServer(input: $input) { __typename } }',
        { input: { name: 'never', model: 'storyteller' } },
        ann.token,
      )
      return errors?.[0]
    },
    soonMs,
  )
  expect(told.extensions?.code).toBe('SERVICE_UNAVAILABLE')
  expect(told.message).toMatch(/disk of the service's database is full|cannot reach its database|too slowly/)
  expect(await chatWithFirst()).toMatchObject({ status: 200 })
  makeRoom(berth, disk('postgres'))
  await until('everything is ready', async () => (await fetch(`${berth.url}/health`)).ok, soonMs)
  await until(
    'nothing is lost or doubled',
    async () => discrepancies(await takeInventory(berth, ann.token)).length === 0,
    soonMs,
  ).catch(async () => expect(discrepancies(await takeInventory(berth, ann.token))).toEqual([]))
})
