import { type IncomingMessage, request } from 'node:http'
import { until } from '@berth/kit/condition'
import { type Follower, followServers } from '@berth/kit/follower'
import { field } from '@berth/kit/graph'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { memoryOf, processesOf } from '@berth/kit/parts'
import { askForToken, newPerson, type Person } from '@berth/kit/people'
import { secretsOf } from '@berth/kit/secrets'
import { deploy, type ServerState, untilStatus } from '@berth/kit/servers'
import { chat } from '@berth/kit/talk'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { wordyModel } from '@berth/kit/wordy-model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { gauge } from '../fixtures/gauges.ts'

/** More than the heap's own garbage comes to while everything is read, and less than what is kept unread. */
const mostBytes = 130 * 2 ** 20
/** What a reader that is not stuck waits at most, on a machine that is very busy: less than the gateway's patience with one that is. */
const promptMs = 12_000
/** The gateway's patience, the close that nobody answers, and what a busy machine adds. */
const leftMs = 150_000

let berth: TemporaryBerth
let source: Upstream
let ann: Person
let follower: Follower
let server: ServerState
let operatorToken: string

beforeAll(async () => {
  source = await startUpstream({ bytesPerSecond: 200_000_000 })
  berth = await startTemporaryBerth({ env: { BERTH_SOURCE_ALLOW: '127.0.0.1' } })
  ann = await newPerson(berth.url)
  // Longer words would not fit into the memory that a pod gets for a model of this shape.
  await register('wordy', wordyModel(4_000))
  const runtime = { contextSize: 32_768, parallel: 2, threads: 1 }
  const { id } = await deploy(berth.url, ann.token, { name: 'wordy', model: 'wordy', runtime })
  server = await untilStatus(berth.url, ann.token, id, 'READY')
  await until('it answers', async () => (await chat(server.url, ann.token)).status === 200)
  operatorToken = await tokenOfOperator()
  follower = followServers(berth.url, ann.token)
}, 240_000)

afterAll(async () => {
  await follower?.close()
  await berth?.remove()
  await source?.close()
})

async function register(name: string, file: Buffer): Promise<void> {
  const input = { name, tag: 'v1', source: { uri: source.offer(name, file) } }
  const { __typename } = await field<{ __typename: string }>(
    berth.url,
    'mutation ($input: RegisterModelInput!) { registerModel(input: $input) { __typename } }',
    { input },
    ann.token,
  )
  expect(__typename).toBe('RegisterModelSuccess')
}

async function tokenOfOperator(): Promise<string> {
  const { operatorClientSecret = '' } = secretsOf(berth.data)
  const { body } = await askForToken(berth.url, {
    grant_type: 'client_credentials',
    client_id: 'operator',
    client_secret: operatorClientSecret,
    audience: 'berth-servers',
    scope: 'status:publish',
  })
  return String(body.access_token)
}

/** Changes the server as the operator's reports do, by many pods with long names, so that its events are long, too. */
async function change(number: number): Promise<void> {
  const pods = Array.from({ length: 400 }, (_, pod) => ({
    name: `${'pod-with-a-long-name-'.repeat(6)}${pod}-${number}`,
    ready: true,
  }))
  const { id: serverId, name, kubernetes } = server
  const report = { serverId, name, namespace: kubernetes.namespace, phase: 'Ready', specReplicas: 1 }
  const response = await fetch(`http://127.0.0.1:${berth.port + 3}/internal/status`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      servers: [{ ...report, observedGeneration: 1, replicas: number, readyReplicas: number, pods }],
    }),
  })
  expect(response.status, await response.text()).toBeLessThan(300)
}

/** Makes a change and waits until the follower has it. */
async function changeAndSee(number: number): Promise<void> {
  await change(number)
  const isSeen = () => follower.events.some((event) => event.server?.readyReplicas === number)
  await until('the follower has it', isSeen, promptMs)
}

const untilGauge = (name: string, value: number, withinMs?: number) =>
  until(`${name} is ${value}`, async () => (await gauge(berth.url, name)) === value, withinMs)

/** Subscribes many times over one socket, and never reads from it again. It may go on to say that it lives. */
async function getStuck({ says }: { says: boolean }): Promise<WebSocket> {
  const socket = new WebSocket(`${berth.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  socket.on('error', () => undefined)
  await new Promise((opened) => socket.once('open', opened))
  const send = (message: object) => socket.send(JSON.stringify(message))
  send({ type: 'connection_init', payload: { authorization: `Bearer ${ann.token}` } })
  await new Promise((acknowledged) => socket.once('message', acknowledged))
  const query = 'subscription { serversChanged { server { kubernetes { pods { name } } } } }'
  for (let id = 0; id < 20; id += 1) send({ type: 'subscribe', id: String(id), payload: { query } })
  await new Promise((first) => socket.once('message', first))
  socket.pause()
  if (says) {
    const saying = setInterval(() => socket.pong(), 2_000)
    socket.once('close', () => clearInterval(saying))
  }
  return socket
}

test.concurrent('a subscriber that never reads is left after a while; meanwhile nobody waits for it and it costs little', async () => {
  // Its own reports would come in between.
  const operator = processesOf(berth, 'operator').map(({ pid }) => pid)
  for (const pid of operator) process.kill(pid, 'SIGSTOP')
  for (let number = 1; number <= 10; number += 1) await changeAndSee(number)
  const sockets = await gauge(berth.url, 'berth_gateway_sockets')
  const stuck = await Promise.all([getStuck({ says: false }), getStuck({ says: true })])
  try {
    await untilGauge('berth_gateway_subscriptions', 41)
    await untilGauge('berth_gateway_upstream_sockets', 3)
    for (let number = 11; number <= 20; number += 1) await changeAndSee(number)
    const before = { gateway: memoryOf(berth, 'gateway'), servers: memoryOf(berth, 'servers') }
    // 40 subscriptions with events of 60 kB: 170 MB by the end, were they kept, and more as objects.
    for (let number = 21; number <= 90; number += 1) await changeAndSee(number)
    expect(memoryOf(berth, 'gateway') - before.gateway).toBeLessThan(mostBytes)
    expect(memoryOf(berth, 'servers') - before.servers).toBeLessThan(mostBytes)
    await untilGauge('berth_gateway_sockets', sockets, leftMs)
    await untilGauge('berth_gateway_subscriptions', 1)
    await untilGauge('berth_gateway_upstream_sockets', 1)
    await changeAndSee(91)
  } finally {
    for (const socket of stuck) socket.terminate()
    for (const pid of operator) process.kill(pid, 'SIGCONT')
  }
})

/** Asks for a story as a stream. The answer's body is read by whoever wants to. */
function askForStory(maxTokens: number): Promise<IncomingMessage> {
  const body = JSON.stringify({
    model: 'wordy',
    stream: true,
    max_tokens: maxTokens,
    messages: [{ role: 'user', content: 'A fox' }],
  })
  return new Promise((resolve, reject) => {
    const asking = request(
      `${server.url}/chat/completions`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
      },
      resolve,
    )
    asking.once('error', reject)
    asking.end(body)
  })
}

async function readAll(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8')
  let text = ''
  for await (const piece of answer) text += piece
  return text
}

test.concurrent('a reader of a stream that never reads is left after a while; its neighbour is answered meanwhile', async () => {
  const inFlight = () => gauge(berth.url, 'berth_gateway_inference_in_flight')
  await until('nothing is under way', async () => (await inFlight()) === 0)
  const before = { gateway: memoryOf(berth, 'gateway'), inference: memoryOf(berth, 'inference') }
  const stuck = await askForStory(30_000)
  expect(stuck.statusCode).toBe(200)
  const startedAt = performance.now()
  let answered = 0
  await until(
    'the stuck one is left',
    async () => {
      const text = await readAll(await askForStory(8))
      expect(text).toMatch(/data: \[DONE\]\s*$/)
      answered += 1
      return (await inFlight()) === 0
    },
    leftMs,
  )
  const leftAfter = performance.now() - startedAt
  expect(leftAfter).toBeGreaterThan(25_000)
  expect(answered).toBeGreaterThan(1)
  expect(memoryOf(berth, 'gateway') - before.gateway).toBeLessThan(mostBytes)
  expect(memoryOf(berth, 'inference') - before.inference).toBeLessThan(mostBytes)
  await expect(readAll(stuck)).rejects.toThrow()
})
