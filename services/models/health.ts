import { within } from '@berth/platform/deadline'
import type { Checks } from '@berth/platform/http'
import { isReachable } from '@berth/platform/postgres'
import type { DataSource } from 'typeorm'
import type { Bucket } from './store/bucket.ts'

const answerWithinMs = 2_000
const freshMs = 1_000

/** Whether a check says yes in time. */
const holds = (check: Promise<boolean>): Promise<boolean> => within(answerWithinMs, check).catch(() => false)

/** Asks Postgres and the object store, at most once a second however often it is called. */
export function createChecks(database: DataSource, bucket: Bucket): () => Promise<Checks> {
  let last: { at: number; checks: Promise<Checks> } | undefined
  const ask = async (): Promise<Checks> => {
    // A bucket that is missing is made, so that a store which was empty becomes usable without a restart.
    const [postgres, objects] = await Promise.all([
      holds(isReachable(database)),
      holds(bucket.ensure().then(() => true)),
    ])
    return { postgres, objects }
  }
  return () => {
    if (!last || performance.now() - last.at > freshMs) last = { at: performance.now(), checks: ask() }
    return last.checks
  }
}
