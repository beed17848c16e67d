import { createPublicKey, randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from './log.ts'
import { createSigningKeys, type SigningKeys, type SigningOptions } from './signing.ts'

interface Row {
  kid: string
  public_jwk: Record<string, unknown>
  private_key: Buffer
  signs_from: Date
  published_until: Date
}

/** The table, and answers to the five statements that are asked of it; any other fails. PostgreSQL has its say in the e2e run. */
function createTable() {
  let rows: Row[] = []
  const newestFirst = () => rows.toSorted((a, b) => b.signs_from.getTime() - a.signs_from.getTime())
  async function query(sql: string, parameters: unknown[] = []): Promise<unknown> {
    const now = Date.now()
    if (sql.startsWith('DELETE')) rows = rows.filter((row) => row.published_until.getTime() >= now)
    else if (sql.startsWith('SELECT kid, signs_from FROM')) return newestFirst().slice(0, 1)
    else if (sql.startsWith('SELECT kid, public_jwk'))
      return newestFirst().filter((row) => row.published_until.getTime() > now)
    else if (sql.startsWith('UPDATE')) {
      const [kid, until] = parameters as [string, number]
      for (const row of rows)
        if (row.kid === kid) row.published_until = new Date(Math.max(row.published_until.getTime(), until))
    } else if (sql.startsWith('INSERT')) {
      const [kid, jwk, sealed, from, until, , after] = parameters as [string, string, Buffer, ...number[]]
      if (rows.some((row) => row.signs_from.getTime() > Number(after))) return
      rows.push({
        kid,
        public_jwk: JSON.parse(jwk),
        private_key: sealed,
        signs_from: new Date(Number(from)),
        published_until: new Date(Number(until)),
      })
    } else throw new Error(`The table does not know: ${sql}`)
  }
  return { query, rows: () => rows }
}

const hour = 3_600_000
const issuer = 'http://berth.test/auth'
const encryptionKey = randomBytes(32).toString('base64')
const log = createLog('test', 'silent')
const opened: SigningKeys[] = []
let table: ReturnType<typeof createTable>

async function open(more: Partial<SigningOptions> = {}): Promise<SigningKeys> {
  const { query } = table
  const times = { rotateAfterMs: 10 * hour, overlapMs: hour }
  const keys = await createSigningKeys({ query, encryptionKey, issuer, log, ...times, ...more })
  opened.push(keys)
  return keys
}

const sign = (keys: SigningKeys) =>
  keys.sign({ role: 'captain' }, { audience: 'berth-api', subject: 'ann', expiresInSeconds: 60 })
const kidOf = (token: string) => jwt.decode(token, { complete: true })?.header.kid
const kidsOf = async (keys: SigningKeys) => (await keys.jwks()).keys.map(({ kid }) => kid)

beforeEach(() => {
  // The clock only: the keys are made on real threads.
  vi.useFakeTimers({ toFake: ['Date'] })
  table = createTable()
})
afterEach(() => {
  for (const keys of opened.splice(0)) keys.close()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('what it signs verifies with what it publishes, which has no private part', async () => {
  const keys = await open()
  const token = await sign(keys)
  const { keys: published } = await keys.jwks()
  const jwk = published.find(({ kid }) => kid === kidOf(token)) ?? {}
  expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const claims = jwt.verify(token, key, { algorithms: ['RS256'], issuer, audience: 'berth-api' })
  expect(claims).toMatchObject({ sub: 'ann', role: 'captain', jti: expect.any(String) })
})

test('a private key rests sealed, and opens under its own secret only', async () => {
  const first = await open()
  const [row] = table.rows()
  expect(row?.private_key.toString('latin1')).not.toContain('PRIVATE KEY')
  expect(kidOf(await sign(await open()))).toBe(kidOf(await sign(first)))
  const stranger = open({ encryptionKey: randomBytes(32).toString('base64') })
  await expect(stranger).rejects.toThrow('SIGNING_KEY_SECRET is not the one')
  row?.private_key.writeUInt8(row.private_key.readUInt8(40) ^ 1, 40)
  await expect(open()).rejects.toThrow('cannot be opened')
})

test('a secret that is not 32 bytes is refused before anything is asked', async () => {
  const short = open({ encryptionKey: 'c2hvcnQ=', query: () => Promise.reject(new Error('asked')) })
  await expect(short).rejects.toThrow('SIGNING_KEY_SECRET must be 32 bytes')
})

test('replicas that start at once share one key', async () => {
  const [one, two] = await Promise.all([open(), open()])
  expect(table.rows()).toHaveLength(1)
  expect(kidOf(await sign(one))).toBe(kidOf(await sign(two)))
})

test('the next key is published before it signs, and the last one after it signed', async () => {
  const start = Date.now()
  const keys = await open()
  const old = kidOf(await sign(keys))
  const at = async (ms: number) => {
    vi.setSystemTime(start + ms)
    await keys.rotate()
    return { signer: kidOf(await sign(keys)), published: await kidsOf(keys) }
  }
  expect(await at(8.9 * hour)).toEqual({ signer: old, published: [old] })
  const { signer, published } = await at(9.1 * hour)
  const [next] = published
  expect([signer, published]).toEqual([old, [next, old]])
  expect(await at(10 * hour)).toEqual({ signer: old, published: [next, old] })
  expect(await at(10.2 * hour)).toEqual({ signer: next, published: [next, old] })
  expect(await at(11.2 * hour)).toEqual({ signer: next, published: [next] })
})

test.each([
  ['back, before every key', -hour],
  ['forward, past every key', 400 * hour],
])('a service whose clock goes %s still signs, with a key that is published', async (_name, ms) => {
  const start = Date.now()
  const keys = await open()
  vi.setSystemTime(start + ms)
  // What it last read of the table is too old to be used.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
  const signer = kidOf(await sign(keys))
  expect(await kidsOf(keys)).toContain(signer)
})

test('a service that rested past the rotation still signs, with the old key until the new one may', async () => {
  const start = Date.now()
  const old = kidOf(await sign(await open()))
  vi.setSystemTime(start + 10.9 * hour)
  const keys = await open()
  expect(kidOf(await sign(keys))).toBe(old)
  vi.setSystemTime(start + 11.5 * hour)
  expect(await kidsOf(keys)).toContain(old)
  vi.setSystemTime(start + 12 * hour)
  expect(kidOf(await sign(keys))).not.toBe(old)
})
