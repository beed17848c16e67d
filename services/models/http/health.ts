import type { Checks } from '@berth/platform/http'
import type { DataSource } from 'typeorm'
import type { Bucket } from '../store/bucket.ts'
import { within } from '../store/deadline.ts'

const answerWithinMs = 2_000
const freshMs = 1_000

const answers = async (check: Promise<unknown>): Promise<boolean> => {
  try {
    await within(answerWithinMs, check)
    return true
  } catch {
    return false
  }
}

/** Asks Postgres and the object store, at most once a second however often it is called. */
export function createChecks(database: DataSource, bucket: Bucket): () => Promise<Checks> {
  let last: { at: number; checks: Promise<Checks> } | undefined
  const ask = async (): Promise<Checks> => {
    // A bucket that is missing is made, so that a store which was empty becomes usable without a restart.
    const [postgres, objects] = await Promise.all([
      answers(database.query('SELECT 1')),
      answers(bucket.ensure()),
    ])
    return { postgres, objects }
  }
  return () => {
    if (!last || Date.now() - last.at > freshMs) last = { at: Date.now(), checks: ask() }
    return last.checks
  }
}
