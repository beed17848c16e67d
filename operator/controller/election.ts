import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'

/** What the Lease object says. An empty holder means that it was given back. */
export interface LeaseRecord {
  holder: string
  /** Kubernetes' resourceVersion: changes with every write. */
  version: string
  transitions: number
  /** Since when the holder has held it. */
  acquiredAt?: Date
}

/** The Lease object; `replace` fails when someone else wrote since `version`. */
export interface LeaseStore {
  read(): Promise<LeaseRecord | undefined>
  create(holder: string): Promise<LeaseRecord>
  replace(previous: LeaseRecord, holder: string): Promise<LeaseRecord>
}

/**
 * A follower takes over when the lease has not been renewed for `durationMs`, by the follower's own clock. The leader
 * stops by itself after `renewWithinMs` without a renewal, so two never lead at once. The worst case from a leader's
 * death to the takeover is durationMs + pollMs, plus the time of a request: 12 s, where 15 s are promised.
 */
export const electionTiming = { durationMs: 11_000, renewEveryMs: 2_000, renewWithinMs: 8_000, pollMs: 1_000 }

/** Something that only the leader may do was not done: the lease has run out. */
export class NotLeading extends Error {
  override name = 'NotLeading'
  override message = 'This replica no longer leads; the one that does goes on.'
}

export interface ElectionOptions {
  store: LeaseStore
  identity: string
  log: Log
  /**
   * Called when this replica begins to lead; what it returns is called when it no longer does. A process that was
   * stopped for a while learns that too late by a call: before it changes anything it asks `isLeader`.
   */
  lead(isLeader: () => boolean): () => Promise<void>
  timing?: typeof electionTiming
}

export interface Election {
  isLeader(): boolean
  /** Stops leading, and gives the lease back so that another can take it at once. */
  close(): Promise<void>
}

export function startElection(options: ElectionOptions): Election {
  const { store, identity, log, lead, timing = electionTiming } = options
  const closing = new AbortController()
  let held: LeaseRecord | undefined
  let seen: { version: string; at: number } | undefined
  let stepDown: (() => Promise<void>) | undefined
  let stopping = Promise.resolve()
  let deadline: NodeJS.Timeout | undefined
  let leadsUntil = 0
  const isLeader = () => held !== undefined && performance.now() < leadsUntil

  function hold(record: LeaseRecord, askedAt: number): void {
    held = record
    leadsUntil = askedAt + timing.renewWithinMs
    clearTimeout(deadline)
    const leftMs = leadsUntil - performance.now()
    deadline = setTimeout(() => void stopLeading('the lease could not be renewed in time'), leftMs)
    if (stepDown || leftMs <= 0) return
    log.info({ identity }, 'this replica leads')
    stepDown = lead(isLeader)
  }

  async function stopLeading(why: string): Promise<void> {
    clearTimeout(deadline)
    held = undefined
    seen = undefined
    const stop = stepDown
    stepDown = undefined
    if (!stop) return
    log.info({ identity, why }, 'this replica no longer leads')
    stopping = stop().catch((error: unknown) => log.error({ err: error }, 'leading did not end cleanly'))
    await stopping
  }

  async function attempt(): Promise<void> {
    await stopping
    const askedAt = performance.now()
    if (held) {
      hold(await store.replace(held, identity), askedAt)
      return
    }
    const found = await store.read()
    if (!found) {
      hold(await store.create(identity), askedAt)
      return
    }
    if (found.version !== seen?.version) seen = { version: found.version, at: performance.now() }
    const free = found.holder === '' || found.holder === identity
    if (free || performance.now() - seen.at >= timing.durationMs)
      hold(await store.replace(found, identity), askedAt)
  }

  /** After a failed renewal: someone else holds the lease, or it is ours still and only its version moved. */
  async function recheck(): Promise<void> {
    const found = await store.read()
    if (!held) return
    if (found?.holder === identity) held = found
    else await stopLeading(`${found?.holder || 'nobody'} holds the lease`)
  }

  async function campaign(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await attempt()
      } catch (error) {
        log.debug({ err: error }, 'the lease could not be had')
        if (held) await recheck().catch(() => undefined)
      }
      const pause = held ? timing.renewEveryMs : untilNextLook()
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  /** The moment at which the lease runs out is not slept through. */
  function untilNextLook(): number {
    const leftMs = seen ? seen.at + timing.durationMs - performance.now() : 0
    return leftMs > 0 ? Math.min(leftMs, timing.pollMs) : timing.pollMs
  }

  const campaigning = campaign()
  return {
    isLeader,
    async close() {
      closing.abort()
      await campaigning
      const last = held
      await stopLeading('it is closing')
      if (last) await store.replace(last, '').catch(() => undefined)
    },
  }
}
