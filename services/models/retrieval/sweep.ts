import { isUuid } from '@berth/platform/uuid'
import type { DataSource } from 'typeorm'
import { type Bucket, incomingPrefix } from '../store/bucket.ts'
import { discard } from '../store/discard.ts'
import { discardContent } from './discard.ts'
import type { Slots } from './slots.ts'

/** What keys under `incoming/` are named after. */
export interface Incoming {
  /** Contents, which retrievals of them share. */
  contents: string[]
  /** Retrievals, and uploads. */
  ids: string[]
}

/** What these keys under `incoming/` are named after; strangers name nothing. */
export function namesOf(keys: readonly string[]): Incoming {
  const names = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))]
  return { contents: names.filter((name) => /^[\da-f]{64}$/.test(name)), ids: names.filter(isUuid) }
}

/**
 * Takes away leftovers under `incoming/`, of processes that died before they could. A row comes before anything that it
 * names: what no row knows of belongs to nobody any more. A complete upload belongs to the retrieval that has its id.
 */
export async function sweepIncoming(store: {
  database: DataSource
  bucket: Bucket
  slots: Slots
}): Promise<void> {
  const { database, bucket } = store
  const { objects, uploads } = await bucket.list('incoming/')
  const { contents, ids } = namesOf([...objects, ...uploads])
  for (const content of contents) await discardContent(store, content)
  const needed: { id: string }[] = await database.query(
    `SELECT id FROM retrievals WHERE id = ANY($1) AND status IN ('PENDING', 'RUNNING')
     UNION SELECT id FROM uploads WHERE id = ANY($1) AND completed_at IS NULL`,
    [ids],
  )
  const kept = new Set(needed.map(({ id }) => id))
  for (const id of ids) if (!kept.has(id)) await discard(bucket, incomingPrefix(id))
}
