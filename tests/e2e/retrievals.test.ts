import { modelsBucket } from '@berth/kit/bucket'
import { until } from '@berth/kit/condition'
import { first } from '@berth/kit/conduct'
import { longModel } from '@berth/kit/content'
import { field, type Subscription, subscribe } from '@berth/kit/graph'
import { registerModel } from '@berth/kit/models'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

const berth = inject('berth')
const data = inject('data')
const megabyte = 1_000_000
const usualPace = 8 * megabyte
/** So little that a retrieval is under way for as long as a test needs it. */
const littlePace = 0.2 * megabyte

let upstream: Upstream
let ann: Person
let bob: Person

beforeAll(async () => {
  upstream = await startUpstream({ bytesPerSecond: usualPace })
  ann = await newPerson(berth, 'ann')
  bob = await newPerson(berth, 'bob')
})
afterAll(() => upstream?.close())

interface Step {
  name: string
  status: string
  attempts: number
  error: string | null
  nextAttemptAt: string | null
}

interface Retrieval {
  id: string
  status: string
  bytesReceived: number
  bytesTotal: number | null
  error: string | null
  createdAt: string
  finishedAt: string | null
  steps: Step[]
}

interface Version {
  status: string
  file: { path: string } | null
}

const fields = `id status bytesReceived bytesTotal error createdAt finishedAt
  steps { name status attempts error nextAttemptAt }`

const watch = (id: string, { token }: Person): Subscription<Retrieval> =>
  subscribe<Retrieval>(berth, token, `subscription ($id: ID!) { retrieval(versionId: $id) { ${fields} } }`, {
    id,
  })

const retrieve = (id: string, { token }: Person) =>
  field(berth, 'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename } }', { id }, token)

const cancel = (id: string, { token }: Person) =>
  field<{ __typename: string; message?: string; version?: Version }>(
    berth,
    `mutation ($id: ID!) { cancelRetrieval(versionId: $id) {
      __typename ... on CancelRetrievalSuccess { version { status } } ... on Error { message } } }`,
    { id },
    token,
  )

/** Offers a file of this size, registers it for somebody, and starts its retrieval, at this pace. */
async function begin(name: string, sizeBytes: number, { person = ann, pace = usualPace } = {}) {
  const uri = upstream.offer(name, longModel(sizeBytes, name))
  const { id } = await registerModel(berth, person.token, { name, source: { uri } })
  upstream.setPace(name, pace)
  await retrieve(id, person)
  return { id, uri, live: watch(id, person) }
}

const latestOf = (live: Subscription<Retrieval>) => live.events.at(-1)
const stepOf = (live: Subscription<Retrieval>, name: string) =>
  latestOf(live)?.steps.find((step) => step.name === name)
const ended = (live: Subscription<Retrieval>, status: string) =>
  until(`the retrieval is ${status}`, () => latestOf(live)?.status === status && latestOf(live), 60_000)
const isFlowing = (live: Subscription<Retrieval>) =>
  until('bytes come', () => (latestOf(live)?.bytesReceived ?? 0) > 0, 60_000)
const givenBytes = (name: string) => upstream.given(name).reduce((sum, { bytes }) => sum + bytes, 0)

/** Keys under `incoming/` in the bucket of models. */
async function incoming(): Promise<string[]> {
  const bucket = modelsBucket({ data, port: Number(new URL(berth).port) })
  const keys = [...(await bucket.list('incoming/')).map(({ key }) => key), ...(await bucket.uploads())]
  return keys.sort()
}

describe('a retrieval that is cancelled', () => {
  test('ends at once, leaves nothing, and its server says so; then it begins anew', async () => {
    const before = data ? await incoming() : []
    const { id, live } = await begin('cancelled', 24 * megabyte, { pace: littlePace })
    const server = await deploy(berth, ann.token, { name: 'waits-for-it', model: 'cancelled' })
    await isFlowing(live)
    await untilStatus(berth, ann.token, server.id, 'RETRIEVING')
    expect(await cancel(id, ann)).toEqual({
      __typename: 'CancelRetrievalSuccess',
      version: { status: 'REGISTERED' },
    })
    const last = await ended(live, 'CANCELLED')
    expect(last.finishedAt).not.toBeNull()
    expect(Date.parse(last.finishedAt ?? '')).toBeGreaterThan(Date.parse(last.createdAt))
    expect(stepOf(live, 'DOWNLOAD')).toMatchObject({ status: 'FAILED', error: 'It was cancelled.' })
    await until('the subscription is over', () => live.isOver())
    // What is left of the file would take longer.
    await until('nobody reads it any more', () => upstream.connections() === 0)
    expect(givenBytes('cancelled')).toBeLessThan(24 * megabyte)
    const { message } = await untilStatus(berth, ann.token, server.id, 'FAILED')
    expect(message).toMatch(/cancelled was cancelled\. Start the server to retrieve it again/)
    if (data) {
      const left = async () => (await incoming()).filter((key) => !before.includes(key))
      await until('nothing is left of it', async () => (await left()).length === 0)
    }
    expect(await cancel(id, ann)).toMatchObject({
      __typename: 'NoRetrieval',
      message: 'Nothing is being retrieved for cancelled:latest; it is REGISTERED.',
    })
    await retrieve(id, ann)
    const again = watch(id, ann)
    await isFlowing(again)
    expect(latestOf(again)?.id).not.toBe(last.id)
    await cancel(id, ann)
  })

  test("is nobody's but its tenant's", async () => {
    const { id, live } = await begin('mine', 5 * megabyte)
    expect(await cancel(id, bob)).toMatchObject({ __typename: 'VersionNotFound' })
    await ended(live, 'SUCCEEDED')
    expect(await cancel(id, ann)).toMatchObject({ __typename: 'NoRetrieval' })
  })
})

test('a fourth one says that three are under way, can be cancelled meanwhile, and so can one in a pause', async () => {
  const names = ['one', 'two', 'three']
  const cid = await newPerson(berth, 'cid')
  const others = await Promise.all(
    names.map((name) => begin(name, 24 * megabyte, { person: cid, pace: littlePace })),
  )
  for (const { live } of others) await isFlowing(live)
  const fourth = await begin('four', 5 * megabyte, { person: cid })
  await until('it says what it waits for', () => stepOf(fourth.live, 'RESOLVE')?.error != null)
  expect(latestOf(fourth.live)?.status).toBe('PENDING')
  expect(stepOf(fourth.live, 'RESOLVE')).toMatchObject({
    status: 'PENDING',
    attempts: 0,
    error: 'It begins once there is room: 3 other retrievals of this tenant are under way.',
  })
  await cancel(fourth.id, cid)
  await ended(fourth.live, 'CANCELLED')
  for (const { id } of others) await cancel(id, cid)
  for (const { live } of others) await ended(live, 'CANCELLED')

  const busy = first(99, { status: 503, headers: { 'retry-after': '600' } })
  const uri = upstream.offer('busy', longModel(5 * megabyte, 'busy'), busy)
  const { id } = await registerModel(berth, cid.token, { name: 'busy', source: { uri } })
  await retrieve(id, cid)
  const paused = watch(id, cid)
  const step = await until('it waits', () => {
    const resolve = stepOf(paused, 'RESOLVE')
    return resolve?.nextAttemptAt != null && resolve
  })
  expect(Date.parse(step.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(500_000)
  expect(step).toMatchObject({ status: 'RUNNING', attempts: 1, error: expect.stringContaining('600 s') })
  await cancel(id, cid)
  await ended(paused, 'CANCELLED')
  upstream.offer('busy', longModel(5 * megabyte, 'busy'))
  await retrieve(id, cid)
  await ended(watch(id, cid), 'SUCCEEDED')
})

describe('one content', () => {
  test('is downloaded once for two who want it, each sees it come, and a third has it at once', async () => {
    const sizeBytes = 14 * megabyte
    const one = await begin('shared-source', sizeBytes, { pace: littlePace })
    await isFlowing(one.live)
    const input = { name: 'shared-source', source: { uri: one.uri } }
    const { id } = await registerModel(berth, bob.token, input)
    await retrieve(id, bob)
    const other = watch(id, bob)
    await until('the other one waits', () => stepOf(other, 'DOWNLOAD')?.error != null)
    expect(stepOf(other, 'DOWNLOAD')).toMatchObject({
      status: 'PENDING',
      error: 'Another retrieval downloads the same file; this one goes on with what that one gets.',
    })
    for (const live of [one.live, other]) {
      const counts = () => new Set(live.events.map(({ bytesReceived }) => bytesReceived))
      await until('it is seen to come', () => counts().size >= 5)
    }
    upstream.setPace('shared-source', usualPace)
    await ended(one.live, 'SUCCEEDED')
    await ended(other, 'SUCCEEDED')
    // The others only looked at its header.
    expect(givenBytes('shared-source')).toBeLessThan(1.5 * sizeBytes)
    const third = await registerModel(berth, ann.token, { ...input, tag: 'again' })
    const givenBefore = givenBytes('shared-source')
    await retrieve(third.id, ann)
    await ended(watch(third.id, ann), 'SUCCEEDED')
    expect(givenBytes('shared-source') - givenBefore).toBeLessThan(megabyte)
  })

  test('goes on with the other one when the first is cancelled', async () => {
    const sizeBytes = 24 * megabyte
    const one = await begin('taken-over', sizeBytes, { pace: littlePace })
    await isFlowing(one.live)
    const { id } = await registerModel(berth, bob.token, { name: 'taken-over', source: { uri: one.uri } })
    await retrieve(id, bob)
    const other = watch(id, bob)
    await until('the other one waits', () => stepOf(other, 'DOWNLOAD')?.error != null)
    upstream.setPace('taken-over', usualPace)
    await until('most of it was given', () => givenBytes('taken-over') > 20 * megabyte)
    upstream.setPace('taken-over', littlePace)
    await until('a part is stored', () => (latestOf(other)?.bytesReceived ?? 0) > 18 * megabyte)
    await cancel(one.id, ann)
    await ended(one.live, 'CANCELLED')
    upstream.setPace('taken-over', usualPace)
    await ended(other, 'SUCCEEDED')
    expect(stepOf(other, 'DOWNLOAD')).toMatchObject({ status: 'SUCCEEDED', error: null })
    expect(givenBytes('taken-over')).toBeLessThan(2 * sizeBytes - 8 * megabyte)
  })
})
