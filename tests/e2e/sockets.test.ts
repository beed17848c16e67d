import { until } from '@berth/kit/condition'
import { newPerson, type Person } from '@berth/kit/people'
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { meanwhile } from '../fixtures/bystander.ts'
import { expectDiscreet } from '../fixtures/discretion.ts'
import { gauge, untilIdle } from '../fixtures/gauges.ts'
import { claimsOf, secondsFromNow, sign, signerOf } from '../fixtures/signer.ts'
import {
  closeAll,
  type Message,
  openWireSocket,
  refusalOf,
  type WireSocket,
} from '../fixtures/wire-socket.ts'

const berth = inject('berth')
const data = inject('data')
let ann: Person
beforeAll(async () => {
  ann = await newPerson(berth)
})

const changes = 'subscription { serversChanged { cursor } }'
const subscribe = (id: string, query = changes): Message => ({ type: 'subscribe', id, payload: { query } })
const init: Message = { type: 'connection_init' }
afterEach(closeAll)
const answered = (wire: WireSocket, id: string) =>
  until(`${id} is answered`, () => wire.messages.find((message) => message.id === id))
/** Longer than this nobody waits, whatever others do; a machine that is busy besides takes some of it. */
const patienceMs = 20_000

/** Sends on and on, until the socket is closed. */
function flood(wire: WireSocket, send: () => void): WireSocket['closed'] {
  const burst = () => {
    for (let count = 0; count < 1_500; count += 1) send()
  }
  burst()
  const more = setInterval(burst, 1_000)
  return wire.closed.finally(() => clearInterval(more))
}

/** What breaks the protocol, and the code that the socket is closed with. */
const breaches: [string, (wire: WireSocket) => void, number, RegExp][] = [
  ['garbage', (wire) => wire.send('hello'), 4400, /Invalid message/],
  ['an empty message', (wire) => wire.send(''), 4400, /Invalid message/],
  ['bytes', (wire) => wire.send(Buffer.from([0, 1, 2, 255])), 4400, /Invalid message/],
  ['JSON of no message', (wire) => wire.send('[]'), 4400, /Invalid message/],
  ['a subscription before the init', (wire) => wire.send(subscribe('1')), 4401, /Unauthorized/],
  ['two inits', (wire) => [init, init].forEach(wire.send), 4429, /Too many initialisation requests/],
  [
    'the same id twice',
    (wire) => void wire.enter(ann.token).then(() => [subscribe('1'), subscribe('1')].forEach(wire.send)),
    4409,
    /Subscriber for 1 already exists/,
  ],
  [
    'a forged token',
    (wire) => wire.send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } }),
    4403,
    /Forbidden/,
  ],
  ['a message of 70,000 bytes', (wire) => wire.send('x'.repeat(70_000)), 1009, /^$/],
  [
    'a frame that is none',
    (wire) =>
      wire.socket.once('open', () => Reflect.get(wire.socket, '_socket').write(Buffer.alloc(8, 0xff))),
    1002,
    /^$/,
  ],
]

const graphs = data ? (['gateway', 'servers'] as const) : (['gateway'] as const)

describe.each(graphs)('sockets of the %s', (graph) => {
  const url = graph === 'gateway' ? berth : addressesOf(berth).servers

  test.each(breaches)('%s ends a socket', async (_what, send, code, reason) => {
    const wire = openWireSocket(url)
    send(wire)
    const closed = await wire.closed
    expect(closed).toEqual({ code, reason: expect.stringMatching(reason) })
    expectDiscreet(closed.reason)
  })

  test.each([null, 'graphql-ws', 'soap'])('the subprotocol %s is not spoken', async (protocol) => {
    const wire = openWireSocket(url, protocol)
    // A server that picks none of those offered is refused by some clients before it can say why.
    expect([1006, 4406]).toContain((await wire.closed).code)
    expect(wire.messages).toEqual([])
  })

  test('whoever says nothing, or begins a frame and never ends it, is sent away', async () => {
    const silent = openWireSocket(url)
    const unfinished = openWireSocket(url)
    unfinished.socket.once('open', () => unfinished.socket.send('{"type":"conn', { fin: false }))
    const { slowestMs } = await meanwhile(berth, async () => {
      expect(await silent.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' })
      expect((await unfinished.closed).code).toBe(4408)
    })
    expect(slowestMs).toBeLessThan(patienceMs)
  })

  test('a socket has so many operations, and one more when one ends', async () => {
    const most = graph === 'gateway' ? 50 : 60
    const wire = openWireSocket(url)
    await wire.enter(ann.token)
    for (let id = 0; id <= most; id += 1) wire.send(subscribe(String(id)))
    expect(await answered(wire, String(most))).toEqual({
      type: 'error',
      id: String(most),
      payload: [
        {
          message: `More than ${most} operations run on this socket; end one first.`,
          extensions: expect.objectContaining({ code: 'TOO_MANY_OPERATIONS' }),
        },
      ],
    })
    if (graph === 'gateway')
      await until('all of them run', async () => (await gauge(berth, 'berth_gateway_subscriptions')) === most)
    wire.send({ type: 'complete', id: '0' })
    wire.send(subscribe('again', '{ __typename }'))
    expect(await answered(wire, 'again')).toMatchObject({
      type: 'next',
      payload: { data: { __typename: 'Query' } },
    })
  })

  test.each([
    [
      'pings of the protocol',
      (wire: WireSocket) => wire.send({ type: 'ping', payload: { text: 'x'.repeat(1_000) } }),
    ],
    [
      'operations that are not valid',
      (wire: WireSocket) => wire.send(subscribe(crypto.randomUUID(), '{ nothing }')),
    ],
    [
      'operations that cannot be parsed',
      (wire: WireSocket) => wire.send(subscribe(crypto.randomUUID(), '{'.repeat(500))),
    ],
  ])('a flood of %s ends a socket, and hinders nobody', async (_what, send) => {
    const wire = openWireSocket(url)
    await wire.enter(ann.token)
    const { result, slowestMs } = await meanwhile(berth, () => flood(wire, () => send(wire)))
    expect(result).toEqual({ code: 1008, reason: 'More than 1000 messages came in 10 s' })
    expect(slowestMs).toBeLessThan(patienceMs)
  })

  test('a flood of pings of WebSocket is cut off, and hinders nobody', async () => {
    const wire = openWireSocket(url)
    await wire.enter(ann.token)
    const ping = () => wire.socket.ping('x'.repeat(100))
    const { result, slowestMs } = await meanwhile(berth, () => flood(wire, ping))
    expect(result.code).toBe(1006)
    expect(slowestMs).toBeLessThan(patienceMs)
  })

  test('whoever asks on and on and reads nothing is sent away', async () => {
    const wire = openWireSocket(url)
    await wire.enter(ann.token)
    wire.socket.pause()
    const text = 'x'.repeat(60_000)
    for (let count = 0; count < 400; count += 1) wire.send({ type: 'ping', payload: { text } })
    // It reads again, after the server has given up: what the system had taken on is still there, the close is not always.
    await until('the server has hung up', () => wire.socket.bufferedAmount === 0)
    wire.socket.resume()
    const { code, reason } = await wire.closed
    expect([1006, 1008]).toContain(code)
    expect(code === 1006 || reason === 'More than 1048576 bytes wait unread').toBe(true)
    expect(wire.messages.length).toBeLessThan(400)
  })

  test('limits of documents hold on the socket as well', async () => {
    const wire = openWireSocket(url)
    await wire.enter(ann.token)
    const documents = {
      long: `subscription { ${'serversChanged { cursor } '.repeat(600)} }`,
      round: 'subscription { ...A } fragment A on Subscription { ...A }',
      directed: `subscription { serversChanged { cursor ${'@include(if: true) '.repeat(70)} } }`,
      unknown: 'subscription { nothing { id } }',
      broken: 'subscription {',
    }
    for (const [id, query] of Object.entries(documents)) wire.send(subscribe(id, query))
    for (const id of Object.keys(documents)) {
      const { type, payload } = await answered(wire, id)
      expect(type).toBe('error')
      expectDiscreet(JSON.stringify(payload))
      expect((payload as object[])[0]).toMatchObject({
        extensions: { code: expect.stringMatching(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/) },
      })
    }
    expect(JSON.stringify(await answered(wire, 'long'))).toMatch(/more that? (1000|1500) tokens/)
    expect(JSON.stringify(await answered(wire, 'directed'))).toMatch(
      /Directives limit of (40|60) exceeded, found 70/,
    )
  })
})

test.runIf(data)('a socket ends with its token, and what ran on it', async () => {
  const signer = await signerOf({ berth, data, service: 'auth' })
  const token = sign(signer, claimsOf(ann.token), { exp: secondsFromNow(15) })
  const wires = [berth, addressesOf(berth).servers].map((url) => openWireSocket(url))
  await Promise.all(wires.map((wire) => wire.enter(token)))
  for (const wire of wires) wire.send(subscribe('1'))
  for (const wire of wires) expect(await wire.closed).toEqual({ code: 4403, reason: 'The token expired' })
})

test.each([
  ['/graphql', { origin: 'http://evil.example' }, 403],
  ['/graphql', { origin: 'null' }, 403],
  ['/graphql', { origin: berth.replace('http:', 'https:') }, 403],
  ['/graphql', { origin: `${berth}.evil.example` }, 403],
  ['/graphql', { origin: berth }, 101],
  ['/graphql/', {}, 404],
  ['/v1/models', {}, 404],
  ['/', {}, 404],
  ['//graphql', {}, 404],
])('an upgrade of %s with %j is answered with %i', async (path, headers, status) => {
  expect(await refusalOf(berth, path, headers)).toBe(status)
})

test('a query and a mutation run on a socket as they do by HTTP', async () => {
  const wire = openWireSocket(berth)
  await wire.enter(ann.token)
  wire.send(subscribe('query', '{ me { username } }'))
  wire.send(
    subscribe(
      'deep',
      `{ models { edges { node { ${'latest { model { '.repeat(8)} id ${'} } '.repeat(8)} } } } }`,
    ),
  )
  wire.send(subscribe('mutation', 'mutation { deleteServer(id: "none") { __typename } }'))
  expect(await answered(wire, 'query')).toMatchObject({
    type: 'next',
    payload: { data: { me: { username: ann.username } } },
  })
  expect(JSON.stringify(await answered(wire, 'deep'))).toContain('depth limit of 12 exceeded')
  expect(await answered(wire, 'mutation')).toMatchObject({
    payload: { data: { deleteServer: { __typename: 'ServerNotFound' } } },
  })
})

test('a person has 20 sockets; so has an address without a token', async () => {
  await untilIdle(berth)
  for (const token of [ann.token, undefined]) {
    const open = Array.from({ length: 20 }, () => openWireSocket(berth))
    await Promise.all(open.map((wire) => wire.enter(token)))
    const onemore = openWireSocket(berth)
    onemore.send({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} })
    expect(await onemore.closed).toEqual({ code: 1013, reason: 'More than 20 sockets are open' })
    closeAll()
    await untilIdle(berth)
    const next = openWireSocket(berth)
    await next.enter(token)
  }
})

test('of a flood of sockets that do not say who they are for, an address gets 100', async () => {
  await untilIdle(berth)
  const { slowestMs } = await meanwhile(berth, () =>
    until('100 are open, and another one is refused', async () => {
      // Each of them has 5 s to say it: others come in its place.
      for (let count = 0; count < 150; count += 1) openWireSocket(berth)
      const refusal = await refusalOf(berth, '/graphql', {})
      return refusal === 429 && (await gauge(berth, 'berth_gateway_sockets')) === 100
    }),
  )
  expect(slowestMs).toBeLessThan(patienceMs)
  closeAll()
  await untilIdle(berth)
  const next = openWireSocket(berth)
  await next.enter(ann.token)
})

test('nothing is left of all this', () => untilIdle(berth))
