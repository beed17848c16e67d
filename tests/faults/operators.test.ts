import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { until } from '@berth/kit/condition'
import { field } from '@berth/kit/graph'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { freePorts, startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { processesOf } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { CoordinationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'

const takeoverWithinMs = 15_000
const root = resolve(import.meta.dirname, '../..')
const config = new KubeConfig()
let berth: TemporaryBerth
let ann: Person
/** Berth's own operator, named `local`, has this address, and the test's own, named `second`, the other. */
let local: string
let second: { process: ChildProcess; url: string }

beforeAll(async () => {
  berth = await startTemporaryBerth()
  config.loadFromFile(berth.kubeconfig)
  local = `http://127.0.0.1:${berth.port + 4}`
  ann = await newPerson(berth.url, 'ann')
  second = startSecond(await freePorts())
  await until('the second operator is ready', () => isReady(second.url), 100_000)
})
afterAll(async () => {
  signalLocal('SIGCONT')
  second?.process.kill('SIGKILL')
  await berth?.remove()
})

function startSecond(port: number): typeof second {
  const { operatorClientSecret } = JSON.parse(readFileSync(join(berth.data, 'secrets.json'), 'utf8'))
  const at = (offset: number) => `http://127.0.0.1:${berth.port + offset}`
  const child = spawn(process.execPath, [join(root, 'operator/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      KUBECONFIG: berth.kubeconfig,
      OPERATOR_IDENTITY: 'second',
      HOST: '127.0.0.1',
      PORT: String(port),
      WEBHOOK_PORT: String(port + 1),
      WEBHOOK_URL: `https://127.0.0.1:${port + 1}/validate`,
      AUTH_ISSUER: `${at(0)}/auth`,
      AUTH_JWKS_URL: `${at(1)}/auth/.well-known/jwks.json`,
      AUTH_TOKEN_URL: `${at(1)}/auth/token`,
      MODELS_URL: at(2),
      SERVERS_URL: at(3),
      CONTRACT_ISSUER: `${at(0)}/contract`,
      CONTRACT_JWKS_URL: `${at(3)}/.well-known/jwks.json`,
      CLIENT_ID: 'operator',
      CLIENT_SECRET: operatorClientSecret,
    },
  })
  return { process: child, url: `http://127.0.0.1:${port}` }
}

const isReady = async (operator: string) => (await fetch(`${operator}/health`)).ok

async function metric(operator: string, name: string): Promise<number> {
  const text = await (await fetch(`${operator}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

const leads = async (operator: string) => (await metric(operator, 'berth_operator_leader')) === 1
const passes = (operator: string) => metric(operator, 'berth_operator_reconcile_seconds_count')

function signalLocal(signal: NodeJS.Signals): void {
  for (const { pid } of berth ? processesOf(berth, 'operator') : []) process.kill(pid, signal)
}

async function lease(): Promise<{ holder: string | undefined; transitions: number }> {
  const { spec } = await config
    .makeApiClient(CoordinationV1Api)
    .readNamespacedLease({ namespace: 'berth-system', name: 'berth-operator' })
  return { holder: spec?.holderIdentity, transitions: spec?.leaseTransitions ?? 0 }
}

/** @returns how long it took, in ms */
async function untilHeldBy(holder: string): Promise<number> {
  const from = performance.now()
  await until(`${holder} holds the lease`, async () => (await lease()).holder === holder)
  return performance.now() - from
}

/** What operators wrote about a server: who, and what. */
async function eventsOf(server: string): Promise<{ by: string | undefined; message: string | undefined }[]> {
  const { items } = await config
    .makeApiClient(CoreV1Api)
    .listNamespacedEvent({ namespace: `berth-${ann.username}` })
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'ModelServe' && involvedObject.name === server)
    .map(({ reportingInstance, message }) => ({ by: reportingInstance, message }))
}

/** Who wrote about a server; an operator goes on before its first words are there. */
const writersOf = (server: string) =>
  until(`there are events of ${server}`, async () => {
    const writers = new Set((await eventsOf(server)).map(({ by }) => by))
    return writers.size > 0 && writers
  })

const start = (name: string) => deploy(berth.url, ann.token, { name, model: 'storyteller' })
const untilReady = (id: string) => untilStatus(berth.url, ann.token, id, 'READY', 90_000)

test('one of two leads; the other is ready, and does nothing', async () => {
  const { id } = await start('before')
  await untilReady(id)
  expect(await lease()).toMatchObject({ holder: 'local' })
  expect([await leads(local), await leads(second.url)]).toEqual([true, false])
  expect(await passes(second.url)).toBe(0)
  expect(await writersOf('before')).toEqual(new Set(['local']))
})

test('a leader that hangs is replaced within 15 s, and when it goes on it does nothing any more', async () => {
  const { transitions } = await lease()
  signalLocal('SIGSTOP')
  const [{ id }, tookMs] = await Promise.all([start('meanwhile'), untilHeldBy('second')])
  expect(tookMs).toBeLessThan(takeoverWithinMs)
  await untilReady(id)
  signalLocal('SIGCONT')
  await until('the first has stepped down', async () => !(await leads(local)))
  let passesBefore = -1
  await until('what it was stopped amid has ended', async () => {
    const before = passesBefore
    passesBefore = await passes(local)
    return passesBefore === before
  })
  await field(
    berth.url,
    'mutation ($id: ID!) { scaleServer(id: $id, replicas: 2) { __typename } }',
    { id },
    ann.token,
  )
  await until('both pods are ready', async () => (await untilReady(id)).readyReplicas === 2, 60_000)
  expect(await lease()).toEqual({ holder: 'second', transitions: transitions + 1 })
  expect(await leads(second.url)).toBe(true)
  expect(await passes(local)).toBe(passesBefore)
  expect(await writersOf('meanwhile')).toEqual(new Set(['second']))
})

test('when the leader dies the other takes over within 15 s, and makes nothing twice', async () => {
  const died = new Promise((exited) => second.process.once('exit', exited))
  second.process.kill('SIGKILL')
  await died
  const [{ id }, tookMs] = await Promise.all([start('afterwards'), untilHeldBy('local')])
  expect(tookMs).toBeLessThan(takeoverWithinMs)
  await untilReady(id)
  expect(await writersOf('afterwards')).toEqual(new Set(['local']))
  const wrong = async () => discrepancies(await takeInventory(berth, ann.token))
  await until('nothing is doubled', async () => (await wrong()).length === 0).catch(() => undefined)
  expect(await wrong()).toEqual([])
  for (const name of ['before', 'meanwhile', 'afterwards']) {
    const made = async () =>
      (await eventsOf(name)).filter(({ message }) => message?.startsWith('Created Deployment')).length
    await until('its Deployment is told of', async () => (await made()) > 0)
    expect(await made()).toBe(1)
  }
})
