import { modelsBucket, realBucket } from '@berth/kit/bucket'
import { until } from '@berth/kit/condition'
import { digestOf, longModel } from '@berth/kit/content'
import { bytesAgain } from '@berth/kit/coverage'
import { type FinalKeys, watchFinalKeys } from '@berth/kit/final-keys'
import { startTemporaryBerth, type TemporaryBerth } from '@berth/kit/launch'
import { keepAway, peakMemoryOf, processesOf } from '@berth/kit/parts'
import { newPerson, type Person } from '@berth/kit/people'
import { signal } from '@berth/kit/processes'
import {
  cancelRetrieval,
  readVersion,
  retrieve,
  untilEnded,
  type Watched,
  watchedRetrieval,
} from '@berth/kit/retrievals'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  fileBytes,
  firstOf,
  type Misbehaviour,
  misbehaviours,
  partBytes,
  secondOf,
} from '../fixtures/misbehaviours.ts'

const mebibyte = 2 ** 20
/** Goes on with several retrievals at once, of which each tenant may have three. */
const peopleCount = 6
/** With as many retrievals at once as there may be; the goal for a single one is 200 MB. */
const mostMemory = 400 * mebibyte
/** The registration reads the first mebibyte, and RESOLVE the first bytes. */
const lookBytes = mebibyte + 1_000
const once = { RESOLVE: 1, SIGN: 1, DOWNLOAD: 1, VERIFY: 1, INSPECT: 1, PUBLISH: 1 }
/** More are begun here than may be under way. */
const waiting = /^It begins once there is room/
const soonMs = 150_000
const signatureSeconds = 15

/** A store that only the environment names cannot be killed. */
const real = realBucket()
let berth: TemporaryBerth
let upstream: Upstream
/** Takes longer for a part than a signed address holds. */
let store: Upstream
/** Takes a few seconds for a file. */
let slow: Upstream
let people: Person[]
let finalKeys: FinalKeys
const running = new Map<string, Watched & { token: string }>()
let begun = 0

beforeAll(async () => {
  upstream = await startUpstream()
  store = await startUpstream({ bytesPerSecond: mebibyte / 2 })
  slow = await startUpstream({ bytesPerSecond: 8 * mebibyte })
  const keys = { accessKey: 'anybody', secretKey: 'whatever' }
  berth = await startTemporaryBerth({
    bucket: real,
    env: {
      BERTH_SOURCE_ALLOW: '127.0.0.1',
      REGISTRATIONS_PER_HOUR: '1000',
      UPSTREAMS: JSON.stringify([{ bucket: 'store', endpoint: store.url, signatureSeconds, ...keys }]),
    },
  })
  people = await Promise.all(Array.from({ length: peopleCount }, () => newPerson(berth.url)))
  finalKeys = watchFinalKeys(modelsBucket(berth))
}, 240_000)

afterAll(async () => {
  for (const one of running.values()) await one.close()
  await finalKeys?.close()
  await berth?.remove()
  if (real) await modelsBucket(berth).destroy()
  await upstream?.close()
  await slow?.close()
  await store?.close()
})

/** Registers a source under a name for one of the people, and retrieves it. */
async function begin(name: string, uri: string, sha256?: string): Promise<Watched & { token: string }> {
  const { token = '' } = people[begun % peopleCount] ?? {}
  begun += 1
  const watched = { ...(await watchedRetrieval(berth.url, token, { name, source: { uri, sha256 } })), token }
  running.set(name, watched)
  return watched
}

const stateOf = ({ token, versionId }: { token: string; versionId: string }) =>
  readVersion(berth.url, token, versionId)

describe('an upstream that misbehaves', () => {
  /** What its requests are counted under. */
  const keyOf = ({ name, signed }: Misbehaviour) => (signed ? `store/${name}` : name)

  test.concurrent.each(misbehaviours)('$name', async (row) => {
    const { name, signed, pinned, does, told, mended, fails, attempts, againBytes = 0, secondBytes } = row
    const key = keyOf(row)
    const content = firstOf(name)
    const place = signed ? store : upstream
    const seen = Promise.withResolvers<void>()
    const address = place.offer(key, content, does({ upstream: place, name, content, told: seen.promise }))
    const uri = signed ? `s3://store/${name}` : address
    const watched = await begin(name, uri, pinned ? digestOf(content) : undefined)
    const said = () => watched.told().filter((text) => !waiting.test(text))
    if (told) {
      await until('a step says what is wrong', () => said().length > 0, soonMs)
      expect((await stateOf(watched)).status).toBe('RETRIEVING')
    }
    seen.resolve()
    if (mended) place.offer(key, content, () => mended)
    const { status, file, retrieval } = await watched.ended(soonMs)
    if (fails) {
      expect(retrieval?.error).toMatch(fails)
      expect([status, retrieval?.status]).toEqual(['FAILED', 'FAILED'])
      return
    }
    expect([status, retrieval?.status, retrieval?.error]).toEqual(['READY', 'SUCCEEDED', null])
    expect(said().join('\n')).toMatch(told ?? /^$/)
    const sha256 = digestOf(secondBytes ? secondOf(name, secondBytes) : content)
    expect(file).toEqual({ path: `sha256/${sha256}.gguf`, sizeBytes: secondBytes ?? fileBytes, sha256 })
    const counted = Object.fromEntries(retrieval?.steps.map((step) => [step.name, step.attempts]) ?? [])
    if (!mended) expect(counted, watched.told().join('\n')).toEqual({ ...once, ...attempts })
    const [again = 0] = bytesAgain(place.given(key))
    expect(again).toBeLessThanOrEqual(lookBytes + (againBytes || (mended ? partBytes : 0)))
  })

  test.concurrent('stalls for good: the retrieval is cancelled at once, and retrieved later', async () => {
    const name = 'stalls'
    const place = await startUpstream()
    const cut = { afterBytes: mebibyte, by: 'stall' } as const
    const uri = place.offer(name, firstOf(name), ({ start }) => (start >= partBytes ? { cut } : {}))
    const watched = await begin(name, uri)
    const { token, versionId } = watched
    await until('it stalls', () => place.given(name).some(({ start }) => start >= partBytes), soonMs)
    await cancelRetrieval(berth.url, token, versionId)
    expect(await stateOf(watched)).toMatchObject({
      status: 'REGISTERED',
      retrieval: { status: 'CANCELLED' },
    })
    // Sooner than it would have been given up.
    await until('nobody reads it', () => place.connections() === 0, 10_000)
    place.offer(name, firstOf(name))
    await retrieve(berth.url, token, versionId)
    expect(await untilEnded(berth.url, token, versionId, soonMs)).toMatchObject({ status: 'READY' })
    await place.close()
  })

  test.concurrent('is away: the retrieval says so, and goes on', async () => {
    const name = 'away'
    const place = await startUpstream()
    let wasAway = false
    const uri = place.offer(name, firstOf(name), ({ start }) => {
      if (start >= partBytes && !wasAway) {
        place.away(true)
        wasAway = true
      }
      return {}
    })
    const watched = await begin(name, uri)
    await until('it says so', () => /it broke off/.test(watched.told().join()), soonMs)
    place.away(false)
    expect(await watched.ended(soonMs)).toMatchObject({ status: 'READY' })
    expect(bytesAgain(place.given(name))[0]).toBeLessThan(lookBytes + partBytes)
    await place.close()
  })

  test('is left alone for as long as it asks', () => {
    const given = upstream.given('asks-to-wait')
    const refused = given.find(({ status }) => status === 429)
    const [first, second] = given.filter(({ range }) => range === refused?.range).map(({ at }) => at)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(2_000)
  })

  test('is asked with another signature before the one that it had ends', () => {
    const given = store.given('store/signed')
    expect((given.at(-1)?.at ?? 0) - (given[0]?.at ?? 0)).toBeGreaterThan(signatureSeconds * 1_000)
    expect(given.filter(({ status }) => status === 403)).toEqual([])
    expect(store.given('store/signature-refused').some(({ status }) => status === 403)).toBe(true)
  })
})

// What only the environment names is not ours to stop.
test.skipIf(real)(
  'an object store that hangs and goes: it is waited for, which the retrieval says',
  async () => {
    const name = 'store-away'
    const watched = await begin(name, slow.offer(name, longModel(4 * partBytes, name)))
    const given = () => slow.given(name).reduce((sum, { bytes }) => sum + bytes, 0)
    await until('a part came', () => given() > lookBytes + partBytes, soonMs)
    const pids = processesOf(berth, 'objects').map(({ pid }) => pid)
    for (const pid of pids) signal(pid, 'SIGSTOP')
    await until('nothing more is taken', pausedFor(given, 1_000), soonMs)
    for (const pid of pids) signal(pid, 'SIGCONT')
    const before = given()
    await until('it goes on', () => given() > before + partBytes, soonMs)
    // It was waited for without a word.
    expect(watched.told()).toEqual([])
    const letBack = keepAway(berth, 'objects')
    await until('it says so', () => /The object store failed/.test(watched.told().join()), soonMs)
    expect((await stateOf(watched)).status).toBe('RETRIEVING')
    await letBack()
    expect(await watched.ended(soonMs)).toMatchObject({ status: 'READY' })
    // A part was under way when the store went, and some of it again where that came up for a moment.
    expect(bytesAgain(slow.given(name))[0]).toBeLessThan(lookBytes + 2 * partBytes)
  },
)

test('never was a final key wrong, nothing is left, and memory stayed bounded', async () => {
  expect(await finalKeys.wrong()).toEqual([])
  const ready = await Promise.all([...running.values()].map(stateOf))
  const paths = ready.flatMap(({ file }) => file?.path ?? [])
  expect(finalKeys.seen()).toBeGreaterThanOrEqual(paths.length)
  const bucket = modelsBucket(berth)
  const left = async () => [...(await bucket.list('incoming/')), ...(await bucket.uploads())]
  await until('nothing is left on its way', async () => (await left()).length === 0).catch(() => undefined)
  expect(await left()).toEqual([])
  expect((await bucket.list()).map(({ key }) => key).sort()).toEqual(paths.sort())
  expect(peakMemoryOf(berth, 'models')).toBeLessThan(mostMemory)
})

/** A condition that holds once a count has been the same for so long. */
function pausedFor(count: () => number, ms: number): () => boolean {
  let [last, since] = [-1, 0]
  return () => {
    const now = count()
    if (now !== last) [last, since] = [now, performance.now()]
    return performance.now() - since >= ms
  }
}
