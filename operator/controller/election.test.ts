import { createLog } from '@berth/platform/log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { electionTiming, type LeaseRecord, type LeaseStore, startElection } from './election.ts'

// The election's pauses come from node:timers/promises, which fake timers do not reach by themselves.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _value: undefined, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) reject(signal.reason)
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}))

const log = createLog('test', 'silent')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** One Lease that several candidates see; a candidate can be cut off from it. */
function sharedLease() {
  let lease: LeaseRecord | undefined
  let version = 0
  const write = (holder: string, transitions: number) => {
    version += 1
    lease = { holder, version: String(version), transitions }
    return lease
  }
  const through = (isCut: () => boolean): LeaseStore => {
    const reach = () => {
      if (isCut()) throw new Error('the API is away')
    }
    return {
      async read() {
        reach()
        return lease
      },
      async create(holder) {
        reach()
        if (lease) throw new Error('exists')
        return write(holder, 0)
      },
      async replace(previous, holder) {
        reach()
        if (previous.version !== lease?.version) throw new Error('conflict')
        return write(holder, previous.transitions + 1)
      },
    }
  }
  return { through, holder: () => lease?.holder }
}

function candidate(lease: ReturnType<typeof sharedLease>, identity: string) {
  let cut = false
  let mayAct = () => false
  const history: string[] = []
  const election = startElection({
    store: lease.through(() => cut),
    identity,
    log,
    lead(isLeader) {
      history.push('lead')
      mayAct = isLeader
      return async () => {
        history.push('stop')
      }
    },
  })
  return {
    election,
    history,
    mayAct: () => mayAct(),
    cutOff: () => {
      cut = true
    },
    reconnect: () => {
      cut = false
    },
  }
}

test('one of two leads, and goes on leading', async () => {
  const lease = sharedLease()
  const a = candidate(lease, 'a')
  const b = candidate(lease, 'b')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([a.history, b.history]).toEqual([['lead'], []])
  expect(lease.holder()).toBe('a')
})

test('when the leader dies another takes over within 15 s, and never while the first may still act', async () => {
  const lease = sharedLease()
  const a = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(0)
  const b = candidate(lease, 'b')
  await vi.advanceTimersByTimeAsync(20_500)
  a.cutOff()
  await vi.advanceTimersByTimeAsync(electionTiming.renewWithinMs)
  expect(a.election.isLeader()).toBe(false)
  expect(a.history).toEqual(['lead', 'stop'])
  expect(b.election.isLeader()).toBe(false)
  await vi.advanceTimersByTimeAsync(4_000)
  expect(b.election.isLeader()).toBe(true)
  a.reconnect()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(a.election.isLeader()).toBe(false)
})

test('a leader that slept through its lease may do nothing when it wakes, before any timer has told it', async () => {
  const lease = sharedLease()
  const a = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(2_500)
  expect(a.mayAct()).toBe(true)
  const asleepMs = electionTiming.renewWithinMs
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + asleepMs)
  expect(a.mayAct()).toBe(false)
  expect(a.history).toEqual(['lead'])
  clock.mockRestore()
})

test('an answer to a request from before the sleep makes nobody a leader', async () => {
  const lease = sharedLease()
  const answer = Promise.withResolvers<void>()
  const store = lease.through(() => false)
  const slow: LeaseStore = {
    ...store,
    async create(holder) {
      const made = await store.create(holder)
      await answer.promise
      return made
    },
  }
  const lead = vi.fn(() => async () => undefined)
  const election = startElection({ store: slow, identity: 'a', log, lead })
  await vi.advanceTimersByTimeAsync(electionTiming.renewWithinMs)
  answer.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(lead).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(electionTiming.renewEveryMs)
  expect(election.isLeader()).toBe(true)
})

test.each([
  ['three hours back', -3],
  ['forty days ahead', 40 * 24],
])('a clock that jumps %s neither ends the lead nor puts off a takeover', async (_how, hours) => {
  const lease = sharedLease()
  const a = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(0)
  const b = candidate(lease, 'b')
  await vi.advanceTimersByTimeAsync(5_000)
  const jump = () => vi.setSystemTime(Date.now() + hours * 3_600_000)
  jump()
  await vi.advanceTimersByTimeAsync(30_000)
  expect([a.history, b.history]).toEqual([['lead'], []])
  a.cutOff()
  jump()
  await vi.advanceTimersByTimeAsync(15_000)
  expect([a.history, b.history]).toEqual([['lead', 'stop'], ['lead']])
})

test('a short outage of the API changes nothing', async () => {
  const lease = sharedLease()
  const a = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(1_000)
  a.cutOff()
  await vi.advanceTimersByTimeAsync(4_000)
  a.reconnect()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(a.history).toEqual(['lead'])
})

test('a clean exit gives the lease back, so that another has it in a moment', async () => {
  const lease = sharedLease()
  const a = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(0)
  const b = candidate(lease, 'b')
  await vi.advanceTimersByTimeAsync(5_000)
  await a.election.close()
  expect(a.history).toEqual(['lead', 'stop'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(b.election.isLeader()).toBe(true)
})

test('a replica that comes back under its name leads at once', async () => {
  const lease = sharedLease()
  const before = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(0)
  before.cutOff()
  const after = candidate(lease, 'a')
  await vi.advanceTimersByTimeAsync(0)
  expect(after.election.isLeader()).toBe(true)
})
