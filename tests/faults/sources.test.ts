import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { until } from '@berth/kit/condition'
import { demoModel } from '@berth/kit/demo-model'
import { field } from '@berth/kit/graph'
import { discrepancies, takeInventory } from '@berth/kit/inventory'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { listen } from '@berth/kit/listen'
import { newPerson, type Person } from '@berth/kit/people'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../fixtures/certificate.ts'
import { queryOf } from '../fixtures/database.ts'
import { file, type Handler, redirect, type Source, startSource, status } from '../fixtures/source.ts'

/** In the query of every address; must be in no answer and in no log. */
const secret = 'a-signature-that-nobody-may-see'
const model = demoModel(5_000_000, 'sources')
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
let berth: TemporaryBerth
let ann: Person
let source: Source
let untrusted: Server
let untrustedPort: number

beforeAll(async () => {
  source = await startSource()
  untrusted = createServer(await selfSigned('127.0.0.1'), (_request, response) => response.end(model))
  untrustedPort = await listen(untrusted)
  berth = await startTemporaryBerth({ env: { BERTH_SOURCE_ALLOW: '127.0.0.1' } })
  ann = await newPerson(berth.url, 'ann')
})
afterAll(async () => {
  await source?.close()
  untrusted?.close()
  expect(await berth?.remove()).toBe(0)
})

interface Registered {
  __typename: string
  version?: { id: string; source: { uri: string } }
  message?: string
}

const register = (name: string, uri: string, sha256?: string) =>
  field<Registered>(
    berth.url,
    `mutation ($input: RegisterModelInput!) { registerModel(input: $input) {
      __typename ... on RegisterModelSuccess { version { id source { uri } } } ... on Error { message } } }`,
    { input: { name, source: { uri, sha256 } } },
    ann.token,
  )

const retrieve = (id: string) =>
  field(berth.url, 'mutation ($id: ID!) { retrieveModel(versionId: $id) { __typename } }', { id }, ann.token)

interface Latest {
  status: string
  source: { uri: string }
  retrieval: { id: string; status: string; error: string | null; steps: { error: string | null }[] } | null
}

const latest = async (name: string) =>
  (
    await field<{ latest: Latest }>(
      berth.url,
      'query ($name: String!) { model(name: $name) { latest { status source { uri } retrieval { id status error steps { error } } } } }',
      { name },
      ann.token,
    )
  ).latest

/** Registers a source under a name, starts its retrieval, and gives the version's id. */
async function begin(name: string, uri: string, sha256?: string): Promise<string> {
  const { version, message } = await register(name, uri, sha256)
  if (!version) throw new Error(`${uri} was refused: ${message}`)
  expect(version.source.uri).not.toContain(secret)
  await retrieve(version.id)
  return version.id
}

const ended = (name: string, as: string) =>
  until(
    `the retrieval of ${name} is ${as}`,
    async () => {
      const version = await latest(name)
      return version.status === as && version
    },
    80_000,
  )

/** Sends bytes without end, as fast as they are taken. */
const endless: Handler = (_request, response) => {
  const more = () => {
    while (!response.destroyed && response.write('<html>'.repeat(10_000)));
  }
  response.writeHead(200).on('drain', more)
  more()
}

const chain =
  (length: number): Handler =>
  (request, response) => {
    const step = Number(new URL(request.url ?? '', 'http://x').searchParams.get('step') ?? 0)
    response.writeHead(302, { location: step < length ? `?step=${step + 1}` : '/whole' }).end()
  }

/** Sources that no waiting mends: what is served, what the refusal says, and the digest that was registered. */
const hopeless: [name: string, served: Handler | string, why: RegExp, sha256?: string][] = [
  [
    'no-host',
    'https://no-such-host.invalid/m.gguf',
    /no-such-host\.invalid.*(does not exist|There is no host|looked up)|There is no host no-such-host/,
  ],
  ['localhost', 'https://localhost/m.gguf', /localhost is not a public address/],
  [
    'localhost-dot',
    'https://localhost./m.gguf',
    /localhost\. is not a public address|There is no host localhost\./,
  ],
  ['this-machine', `https://${hostname()}/m.gguf`, /is not a public address/],
  [
    'unknown-key',
    's3://upstream/no/such/key.gguf',
    /upstream\/no\/such\/key\.gguf does not have the file \(status 404\)/,
  ],
  ['to-loopback', redirect('https://127.0.0.2/m.gguf'), /127\.0\.0\.2 is not a public address/],
  ['to-metadata', redirect('https://169.254.169.254/latest/'), /169\.254\.169\.254 is not a public address/],
  ['to-mapped', redirect('https://[::ffff:10.0.0.1]/'), /is not a public address/],
  ['to-localhost', redirect('https://localhost/'), /localhost is not a public address/],
  ['to-http', redirect('http://example.com/'), /leads to http:\/\/example\.com, and only https is safe/],
  ['to-file', redirect('file:///etc/passwd'), /leads to file:\/\//],
  ['to-ftp', redirect('ftp://127.0.0.1/m.gguf'), /leads to ftp:\/\/127\.0\.0\.1/],
  ['to-data', redirect('data:text/plain,GGUF'), /leads to data:/],
  ['to-nothing', redirect('https://:::'), /redirects to what is no URL/],
  ['to-itself', redirect('/to-itself'), /redirects more than 5 times/],
  ['far-away', chain(6), /redirects more than 5 times/],
  [
    'status-401',
    status(401),
    /refused to give the file \(status 401\); register an address that anybody may read/,
  ],
  ['status-403', status(403), /refused to give the file \(status 403\)/],
  ['status-404', status(404), /does not have the file \(status 404\); retrieve again once it has/],
  ['status-416', status(416), /is empty/],
  [
    'tomorrow',
    status(429, { 'retry-after': '86400' }),
    /\(status 429\) before \d{4}-.*; retrieve again then/,
  ],
  ['html', (_request, response) => response.end('<!doctype html><title>Sign in</title>'), /is not GGUF/],
  ['endless', endless, /is not GGUF/],
  ['empty', file(Buffer.alloc(0)), /is not GGUF|is empty/],
  [
    'cut-short',
    file(model.subarray(0, 1_000_000)),
    /holds no model that can be served.*ends before its tensors/s,
  ],
  [
    'another-digest',
    file(model),
    new RegExp(`is ${digest(model)}, not ${'ab'.repeat(32)} as registered`),
    'ab'.repeat(32),
  ],
  [
    'bad-certificate',
    'untrusted',
    /127\.0\.0\.1:\d+ does not prove who it is \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  ],
]

const placeOf = (name: string, served: Handler | string): string => {
  if (served === 'untrusted') return `https://127.0.0.1:${untrustedPort}/?sig=${secret}`
  if (typeof served !== 'string') return `${source.give(`/${name}`, served)}?sig=${secret}`
  return served.startsWith('s3:') ? served : `${served}?sig=${secret}`
}

describe('sources that waiting does not mend', () => {
  const ids = new Map<string, string>()
  beforeAll(async () => {
    for (const [name, served, , sha256] of hopeless)
      ids.set(name, await begin(name, placeOf(name, served), sha256))
  })

  test.each(hopeless)('%s fails at once, and says why', async (name, _served, why) => {
    const { retrieval } = await ended(name, 'FAILED')
    expect(retrieval?.status).toBe('FAILED')
    expect(retrieval?.error).toMatch(why)
    expect(JSON.stringify(retrieval)).not.toContain(secret)
  })

  test.each(['status-404', 'html', 'cut-short', 'endless'])(
    '%s is retrieved once its source is mended',
    async (name) => {
      source.give(`/${name}`, file(model))
      await retrieve(ids.get(name) ?? '')
      await ended(name, 'READY')
    },
  )
})

/** Sources that may come back: what they do first, and what is told meanwhile. */
const passing: [name: string, broken: Handler, why: RegExp][] = [
  ['status-500', status(500), /refused to give the file \(status 500\)/],
  ['wait-a-bit', status(503, { 'retry-after': '3' }), /\(status 503\) and asks to wait 3 s/],
  [
    'breaks-off',
    (request) => request.socket.destroy(),
    /the connection to 127\.0\.0\.1:\d+ failed: it broke off/i,
  ],
  ['fewer-bytes', file(model.subarray(0, 3_000_000), model.length), /broke off|announced/],
  [
    'stops',
    (_request, response) =>
      void response.writeHead(200, { 'content-length': model.length }).write(model.subarray(0, 2)),
    /Reading .*stops failed: nothing more came|failed/,
  ],
  ['hangs', () => undefined, /no answer came/],
]

/** What is wrong with a source, once that is told; several wait for room in between. */
async function toldOf(name: string): Promise<{ error: string; status: string } | undefined> {
  const { retrieval, status } = await latest(name)
  const errors = retrieval?.steps.flatMap((step) => step.error ?? []) ?? []
  const error = errors.find((text) => !text.startsWith('It begins once there is room'))
  return error === undefined ? undefined : { error, status }
}

test('a source that comes back is retrieved, and meanwhile says what is wrong', async () => {
  // So low a port nobody takes meanwhile.
  await begin('nothing-there', `http://127.0.0.1:2/m.gguf?sig=${secret}`)
  for (const [name, broken] of passing) await begin(name, `${source.give(`/${name}`, broken)}?sig=${secret}`)
  for (const [name, , why] of [
    ...passing,
    ['nothing-there', null, /nothing listens there \(ECONNREFUSED\)/] as const,
  ]) {
    const { error, status } = await until(`${name} says what is wrong`, () => toldOf(name), 80_000)
    expect(status).toBe('RETRIEVING')
    expect(error).toMatch(why)
    expect(error).not.toContain(secret)
    if (name !== 'nothing-there') source.give(`/${name}`, file(model))
  }
  for (const [name] of passing) await ended(name, 'READY')
  const [first = 0, second = 0] = source.requests('/wait-a-bit').slice(1)
  // The first one was the look at the registration.
  expect(second - first).toBeGreaterThanOrEqual(2_900)
})

test('sources that are tried again do not hold up the one that is good', async () => {
  for (const name of ['down-1', 'down-2', 'down-3', 'down-4'])
    await begin(name, source.give(`/${name}`, status(503, { 'retry-after': '600' })))
  await until('they all wait', async () => {
    const told = await Promise.all(['down-1', 'down-2', 'down-3', 'down-4'].map(toldOf))
    return told.every((one) => one !== undefined)
  })
  await begin('good', source.give('/good', file(model)))
  await ended('good', 'READY')
  expect((await latest('down-1')).status).toBe('RETRIEVING')
})

test('nothing is left: no object, no upload, no workflow, no connection, and no secret in a log', async () => {
  const waiting = ['down-1', 'down-2', 'down-3', 'down-4', 'nothing-there']
  const left = async () =>
    discrepancies(await takeInventory(berth, ann.token)).filter(
      (sentence) => !waiting.some((name) => sentence.includes(`The model ${name} `)),
    )
  await until('nothing is left', async () => (await left()).length === 0).catch(() => undefined)
  expect(await left()).toEqual([])
  const open = (await Promise.all(waiting.map(latest))).map(({ retrieval }) => retrieval?.id)
  const running = await until('every other workflow has ended', async () => {
    const rows = await queryOf<{ workflow_uuid: string }>(
      { berth: berth.url, data: berth.data, service: 'models' },
      `SELECT workflow_uuid FROM dbos.workflow_status WHERE status NOT IN ('SUCCESS', 'ERROR')`,
    )
    return rows.length === waiting.length && rows.map((row) => row.workflow_uuid)
  })
  expect(running.toSorted()).toEqual(open.toSorted())
  await until('every connection is closed', async () => (await source.connections()) === 0)
  const logs = join(berth.data, 'logs')
  for (const log of readdirSync(logs)) {
    expect(readFileSync(join(logs, log), 'utf8').includes(secret), log).toBe(false)
  }
})
