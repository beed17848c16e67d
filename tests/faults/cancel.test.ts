import { modelsBucket } from '@berth/kit/bucket'
import { until } from '@berth/kit/condition'
import { longModel } from '@berth/kit/content'
import { field } from '@berth/kit/graph'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { registerModel } from '@berth/kit/models'
import { aim, kill, untilReplaced } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'

const megabyte = 1_000_000

let berth: TemporaryBerth
let upstream: Upstream
let ann: Person

beforeAll(async () => {
  upstream = await startUpstream({ bytesPerSecond: 16 * megabyte })
  berth = await startTemporaryBerth({ env: { BERTH_SOURCE_ALLOW: '127.0.0.1' } })
  ann = await newPerson(berth.url, 'ann')
})
afterAll(async () => {
  await berth?.remove()
  await upstream?.close()
})

interface Version {
  status: string
  retrieval: { id: string; status: string; bytesReceived: number; steps: { error: string | null }[] }
}

const versionOf = async (id: string) =>
  (
    await field<{ latest: Version }>(
      berth.url,
      `query ($id: ID!) { model(id: $id) { latest { status
        retrieval { id status bytesReceived steps { error } } } } }`,
      { id },
      ann.token,
    )
  ).latest

const call = (mutation: 'retrieveModel' | 'cancelRetrieval', id: string) =>
  field<{ __typename: string }>(
    berth.url,
    `mutation ($id: ID!) { ${mutation}(versionId: $id) { __typename } }`,
    { id },
    ann.token,
  )

const register = (name: string, uri: string) => registerModel(berth.url, ann.token, { name, source: { uri } })
const receives = (model: string, bytes = 0) =>
  until('bytes come', async () => (await versionOf(model)).retrieval?.bytesReceived > bytes)
const givenBytes = (name: string) => upstream.given(name).reduce((sum, one) => sum + one.bytes, 0)

test('a retrieval that is cancelled as everything is killed does not come back, nor by its server', async () => {
  const name = 'cancelled'
  const uri = upstream.offer(name, longModel(60 * megabyte, name))
  const { id, model } = await register(name, uri)
  const server = await deploy(berth.url, ann.token, { name: 'waits', model: name })
  await until('a part of it is stored', () => givenBytes(name) > 20 * megabyte)
  // It is on its way still, however late it is cancelled.
  upstream.setPace(name, megabyte / 5)
  await receives(model.id, 16 * megabyte)
  const { retrieval } = await versionOf(model.id)
  await untilStatus(berth.url, ann.token, server.id, 'RETRIEVING')
  const [killModels, killServers] = [aim(berth, 'models'), aim(berth, 'servers')]
  expect((await call('cancelRetrieval', id)).__typename).toBe('CancelRetrievalSuccess')
  const killed = await Promise.all([killModels(), killServers()])
  await untilReplaced(berth, 'models', killed[0])
  await untilReplaced(berth, 'servers', killed[1])
  const { message } = await untilStatus(berth.url, ann.token, server.id, 'FAILED')
  expect(message).toMatch(/was cancelled/)
  const bucket = modelsBucket(berth)
  const left = async () => [...(await bucket.list('incoming/')), ...(await bucket.uploads())]
  await until('what it received is thrown away', async () => (await left()).length === 0)
  const { status, retrieval: later } = await versionOf(model.id)
  expect({ status, later: later.id, is: later.status }).toEqual({
    status: 'REGISTERED',
    later: retrieval.id,
    is: 'CANCELLED',
  })
})

test('two that join are taken up together by the next process, and download nothing twice', async () => {
  const sizeBytes = 48 * megabyte
  const uri = upstream.offer('joined', longModel(sizeBytes, 'joined'))
  const versions = [await register('joined-1', uri), await register('joined-2', uri)]
  // The second joins while the first is under way, however late it begins.
  upstream.setPace('joined', megabyte)
  for (const { id } of versions) await call('retrieveModel', id)
  for (const { model } of versions) await receives(model.id)
  upstream.setPace('joined', 16 * megabyte)
  for (const { model } of versions) await receives(model.id, 20 * megabyte)
  await untilReplaced(berth, 'models', await kill(berth, 'models'))
  for (const { model } of versions) {
    await until('it is retrieved', async () => (await versionOf(model.id)).status === 'READY')
  }
  const again = 30 * megabyte
  expect(givenBytes('joined')).toBeLessThan(sizeBytes + again)
  expect((await modelsBucket(berth).list('sha256/')).length).toBe(1)
})
