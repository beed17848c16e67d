import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { until } from '@berth/kit/condition'
import { newPerson, type Person } from '@berth/kit/people'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addressesOf } from '../fixtures/addresses.ts'
import { meanwhile, patienceMs } from '../fixtures/bystander.ts'
import { expectDiscreet } from '../fixtures/discretion.ts'
import { untilIdle } from '../fixtures/gauges.ts'
import { answerTo, type Conversation, say } from '../fixtures/raw-connection.ts'

const berth = inject('berth')
let ann: Person
const slow: Record<string, Conversation> = {}

const json = 'Host: berth\r\nContent-Type: application/json\r\n'
const query = '{"query":"{ __typename }"}'
const get = (target: string, headers = 'Host: berth\r\n') => `GET ${target} HTTP/1.1\r\n${headers}\r\n`
const post = (path: string, headers: string, body = '') =>
  `POST ${path} HTTP/1.1\r\n${json}${headers}\r\n${body}`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const server = '11111111-1111-4111-8111-111111111111'

beforeAll(async () => {
  // They are given up after 10 and 30 s: all at once, and looked at when the rest is done.
  slow.silent = say(berth, '')
  slow.headers = say(berth, 'GET /live HTTP/1.1\r\nHost: ber')
  slow.dribbling = say(berth, 'GET /live HTTP/1.1\r\nHost: berth\r\n')
  slow.body = say(berth, post('/graphql', 'Content-Length: 100\r\n', '{"query":'))
  slow.chunks = say(berth, post('/auth/token', 'Transfer-Encoding: chunked\r\n', chunk('{"grant')))
  const dribble = setInterval(() => slow.dribbling?.socket.write('X-More: 1\r\n'), 500)
  slow.dribbling.socket.once('close', () => clearInterval(dribble))
  ann = await newPerson(berth)
})
afterAll(() => {
  for (const { socket } of Object.values(slow)) socket.destroy()
})

/** What is said, the status it gets, and what is told. */
const refusals: [string, string | Buffer, number | number[], RegExp][] = [
  [
    'a body that says it is too large',
    post('/graphql', 'Content-Length: 99999999\r\n'),
    413,
    /larger than 1048576 bytes/,
  ],
  [
    'a body that proves too large',
    post('/graphql', 'Transfer-Encoding: chunked\r\n', chunk('x'.repeat(1_100_000))),
    413,
    /larger than 1048576 bytes/,
  ],
  [
    'a sign-in of 70,000 bytes',
    post('/auth/token', 'Content-Length: 70000\r\n', 'x'.repeat(70_000)),
    413,
    /larger than 65536 bytes/,
  ],
  [
    'a compressed body',
    Buffer.concat([
      Buffer.from(
        post('/graphql', `Content-Encoding: gzip\r\nContent-Length: ${gzipSync(query).length}\r\n`),
      ),
      gzipSync(query),
    ]),
    400,
    /not valid JSON/,
  ],
  [
    'a header of 20,000 bytes',
    get('/live', `Host: berth\r\nX: ${'x'.repeat(20_000)}\r\n`),
    431,
    /larger than 16384 bytes/,
  ],
  ['a path of 20,000 bytes', get(`/${'x'.repeat(20_000)}`), 431, /larger than 16384 bytes/],
  [
    '5,000 headers',
    get('/live', `Host: berth\r\n${'a:b\r\n'.repeat(5_000)}`),
    431,
    /larger than 16384 bytes/,
  ],
  [
    'both lengths',
    post('/graphql', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nGET'),
    400,
    /HTTP\/1.1/,
  ],
  [
    'two lengths',
    post('/graphql', 'Content-Length: 6\r\nContent-Length: 7\r\n', 'abcdefg'),
    400,
    /HTTP\/1.1/,
  ],
  ['a length that is none', post('/graphql', 'Content-Length: +6\r\n', 'abcdef'), 400, /HTTP\/1.1/],
  [
    'an unknown transfer coding',
    post('/graphql', 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
    400,
    /HTTP\/1.1/,
  ],
  [
    'a transfer coding with a blank before the colon',
    post('/graphql', 'Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
    400,
    /HTTP\/1.1/,
  ],
  [
    'a chunk whose length is none',
    post('/graphql', 'Transfer-Encoding: chunked\r\n', 'zz\r\n'),
    400,
    /HTTP\/1.1/,
  ],
  ['lines that end without a carriage return', 'GET /live HTTP/1.1\nHost: berth\n\n', 400, /HTTP\/1.1/],
  ['a header folded over two lines', get('/live', 'Host: berth\r\nX: a\r\n b\r\n'), 400, /HTTP\/1.1/],
  ['a TLS greeting', Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]), 400, /HTTP\/1.1/],
  ['an unknown method', 'BREW /live HTTP/1.1\r\nHost: berth\r\n\r\n', 400, /HTTP\/1.1/],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, /HTTP\/1.1/],
  ['no host', get('/live', ''), 400, /^/],
  ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', [0, 400, 404], /^/],
  ['TRACE', 'TRACE /live HTTP/1.1\r\nHost: berth\r\nX-Secret: 1\r\n\r\n', 404, /There is nothing at TRACE/],
  [
    'a DELETE of the interface',
    'DELETE / HTTP/1.1\r\nHost: berth\r\n\r\n',
    404,
    /There is nothing at DELETE/,
  ],
  [
    'a PUT of the graph',
    'PUT /graphql HTTP/1.1\r\nHost: berth\r\nContent-Length: 0\r\n\r\n',
    404,
    /There is nothing at PUT/,
  ],
  ['two slashes', get('//evil.example/'), [403, 404], /^\{/],
  ['a NUL', get('/%00'), [403, 404], /^\{/],
  ['a broken escape', get('/%zz'), 400, /not a valid url/],
  ['a way out of the folder', get('/assets/../../../package.json'), [403, 404], /^\{/],
  ['an escaped way out of the folder', get('/..%2f..%2fpackage.json'), [403, 404], /^\{/],
  ['a twice escaped way out of the folder', get('/..%252f..%252fpackage.json'), [403, 404], /^\{/],
  ['a way out by backslashes', get('/assets/..%5c..%5c..%5cpackage.json'), [403, 404], /^\{/],
  ['a hidden file', get('/.env'), 404, /There is nothing at/],
  ['a server whose slash is escaped', get(`/${server}%2fv1/models`), 404, /There is nothing at/],
  ['a way out of a server', get(`/${server}/v1/..%2f..%2fmetrics`), 401, /bearer token/],
  ['a way out of the sign-in', get('/auth/%2e%2e/metrics'), 404, /There is nothing at/],
  ['a range that is not there', get('/index.html', 'Host: berth\r\nRange: bytes=9999999-\r\n'), 416, /Range/],
  [
    'an upgrade of another path',
    get(
      '/v1/models',
      'Host: berth\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
    ),
    404,
    /^$/,
  ],
]

const parts = inject('data') ? (['gateway', 'servers'] as const) : (['gateway'] as const)
const urlOf = (part: (typeof parts)[number]) => (part === 'gateway' ? berth : addressesOf(berth).servers)

test.each(refusals)('%s is refused', async (_what, said, status, message) => {
  const { result, slowestMs } = await meanwhile(berth, () => answerTo(berth, said))
  expect([status].flat()).toContain(result.status)
  expect(result.body).toMatch(message)
  expect(result.body).not.toContain('"workspaces"')
  expectDiscreet(result.body)
  expect(slowestMs).toBeLessThan(patienceMs)
})

test('a prompt of more than 4 MiB is refused, announced or not', async () => {
  const authorization = `Authorization: Bearer ${ann.token}\r\n`
  for (const said of [
    post('/v1/chat/completions', `${authorization}Content-Length: 5000000\r\n`),
    post(
      '/v1/chat/completions',
      `${authorization}Transfer-Encoding: chunked\r\n`,
      chunk('x'.repeat(4_300_000)),
    ),
  ]) {
    const { status, body } = await answerTo(berth, said)
    expect(status).toBe(413)
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'request_too_large', message: expect.stringContaining('larger than 4194304 bytes') },
    })
  }
})

test('HTTP/1.0, HEAD, an absolute address and a range are answered', async () => {
  expect(await answerTo(berth, 'GET /live HTTP/1.0\r\n\r\n')).toMatchObject({
    status: 200,
    head: expect.stringMatching(/Connection: close/i),
  })
  expect(await answerTo(berth, get('http://evil.example/live', 'Host: evil.example\r\n'))).toMatchObject({
    status: 200,
    body: '{"status":"ok"}',
  })
  const head = await until('every part is ready', async () => {
    const answer = await fetch(`${berth}/health`, { method: 'HEAD' })
    return answer.status === 200 && answer
  })
  expect(await head.text()).toBe('')
  expect(await answerTo(berth, get('/index.html', 'Host: berth\r\nRange: bytes=0-8\r\n'))).toMatchObject({
    status: 206,
    body: '<!doctype',
  })
  const many = await answerTo(
    berth,
    get('/index.html', `Host: berth\r\nRange: bytes=${'0-,'.repeat(1_000)}0-\r\n`),
  )
  expect(many.body.length).toBeLessThan(5_000)
})

test('requests in a row on one connection are answered in their order', async () => {
  const conversation = say(berth, get('/live') + get('/nothing') + get('/live'))
  await until('three answers are here', () => conversation.text().split('HTTP/1.1 ').length === 4)
  const statuses = [...conversation.text().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
  expect(statuses).toEqual(['200', '404', '200'])
  conversation.socket.destroy()
})

test('what a request says of its host is believed nowhere', async () => {
  const claims =
    'Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.example\r\n'
  for (const path of ['/', '/auth/.well-known/openid-configuration', `/${server}`, '/graphql', '/nothing']) {
    const answer = await answerTo(berth, get(path, `${claims}Accept: text/html\r\n`))
    expect(answer.head + answer.body).not.toContain('evil.example')
  }
})

describe.each(parts)('a flood of 500 connections to the %s', (part) => {
  test('hinders nobody', async () => {
    const { result, slowestMs } = await meanwhile(berth, async () => {
      const flood = Array.from({ length: 500 }, () => say(urlOf(part), get('/live')))
      await until('all are answered', () => flood.every((one) => one.text().includes('{"status":"ok"}')))
      return flood
    })
    expect(slowestMs).toBeLessThan(patienceMs)
    for (const { socket } of result) socket.destroy()
  })
})

test('whoever sends headers or a body slowly is cut off, and told why', async () => {
  const { slowestMs } = await meanwhile(berth, () =>
    until('all are cut off', () => Object.values(slow).every((one) => one.isClosed()), 60_000),
  )
  expect(slowestMs).toBeLessThan(patienceMs)
  for (const [name, conversation] of Object.entries(slow)) {
    expect(conversation.text(), name).toMatch(
      /^HTTP\/1\.1 408 .*\r\n\r\n\{"error":"A request's headers must be here within 10 s, all of it within 30 s\."\}$/s,
    )
    expect(conversation.ageMs(), name).toBeGreaterThan(['body', 'chunks'].includes(name) ? 29_000 : 9_000)
  }
})

test('the interface has no file that the build did not make', async () => {
  const index = readFileSync(resolve(import.meta.dirname, '../../frontend/dist/index.html'), 'utf8')
  expect(await (await fetch(`${berth}/index.html`)).text()).toBe(index)
  for (const path of [
    '/package.json',
    '/main.ts',
    '/src/main.tsx',
    '/.built-from',
    '/assets/',
    '/node_modules/react/package.json',
  ]) {
    const answer = await fetch(`${berth}${path}`)
    expect([path, answer.status]).toEqual([path, 404])
  }
})

test('nothing is left of all this', () => untilIdle(berth))
