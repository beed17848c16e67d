import { notify } from '@berth/platform/notifications'
import type { DataSource, EntityManager } from 'typeorm'
import { Versions } from '../registry/rows.ts'
import { type RetrievalRow, Retrievals } from './rows.ts'

/** Carries the id of a version whose retrieval changed. */
export const retrievalChannel = 'models_retrieval'

/**
 * Changes a retrieval's row and tells every replica, in one transaction. Changes nothing and gives undefined when the
 * retrieval has ended or is gone.
 */
export function changeRetrieval(
  database: DataSource,
  id: string,
  change: (
    row: RetrievalRow,
    manager: EntityManager,
  ) => Partial<RetrievalRow> | Promise<Partial<RetrievalRow>>,
): Promise<RetrievalRow | undefined> {
  return database.transaction(async (manager) => {
    const row = await manager.findOne(Retrievals, { where: { id }, lock: { mode: 'pessimistic_write' } })
    if (!row || row.status === 'SUCCEEDED' || row.status === 'FAILED') return undefined
    const changed = await change(row, manager)
    await manager.update(Retrievals, { id }, changed)
    await notify(manager, retrievalChannel, row.versionId)
    return { ...row, ...changed }
  })
}

/** Ends a retrieval that cannot go on, and says so at its version. */
export const failRetrieval = (database: DataSource, id: string, error: string) =>
  changeRetrieval(database, id, async ({ versionId }, manager) => {
    await manager.update(Versions, { id: versionId }, { status: 'FAILED' })
    return { status: 'FAILED', error }
  })

/**
 * Writes counted bytes at most every `everyMs`, the newest count only, one write at a time. A write that fails is let
 * go: the next one tells more.
 */
export function createMeter(write: (bytes: number) => Promise<unknown>, everyMs = 250) {
  let count = 0
  let written = 0
  let writing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    if (count === written) return
    const now = count
    written = now
    writing = writing.then(() => write(now)).catch(() => undefined)
  }, everyMs)
  return {
    add(bytes: number): void {
      count += bytes
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await writing
    },
  }
}
