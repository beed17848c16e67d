import { until } from '@berth/kit/condition'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { kill, processesOf, untilReplaced } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { chat } from '@berth/kit/talk'
import { afterAll, beforeAll, expect, test } from 'vitest'

const hangsForMs = 30_000
let berth: TemporaryBerth
let ann: Person

beforeAll(async () => {
  berth = await startTemporaryBerth()
  ann = await newPerson(berth.url, 'ann')
})
afterAll(async () => {
  signalCluster('SIGCONT')
  await berth?.remove()
})

function signalCluster(signal: NodeJS.Signals): void {
  for (const { pid } of berth ? processesOf(berth, 'cluster') : []) process.kill(pid, signal)
}

const start = (name: string) => deploy(berth.url, ann.token, { name, model: 'storyteller' })
const isHealthy = async () => (await fetch(`${berth.url}/health`)).ok

test('a Kubernetes API that hangs holds nobody for longer than a request may take', async () => {
  const before = await start('before')
  await untilStatus(berth.url, ann.token, before.id, 'READY')
  // The gateway knows its pod, too.
  await until('it answers', async () => (await chat(before.url, ann.token)).status === 200)

  signalCluster('SIGSTOP')
  const stoppedAt = performance.now()
  const meanwhile = await start('meanwhile')
  // Who begins now is as patient as who was there.
  const killed = await kill(berth, 'operator')
  await untilReplaced(berth, 'operator', killed)
  const told = await until('the server says what it waits for', async () => {
    const server = await readServer(berth.url, ann.token, meanwhile.id)
    return server?.message?.includes('did not answer') && server
  })
  expect(told.message).toContain('Waiting: the Kubernetes API did not answer within 10 s.')
  expect(await chat(before.url, ann.token)).toMatchObject({ status: 200 })
  await until('it has hung long enough', () => performance.now() - stoppedAt > hangsForMs, hangsForMs * 2)
  signalCluster('SIGCONT')

  const { url } = await untilStatus(berth.url, ann.token, meanwhile.id, 'READY')
  await until('it answers', async () => (await chat(url, ann.token)).status === 200)
  await until('every part is ready', isHealthy)
  await until('everything is there once', async () => {
    return discrepancies(await takeInventory(berth, ann.token)).length === 0
  })
})
