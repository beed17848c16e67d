import { notify } from '@berth/platform/notifications'
import type { DataSource, EntityManager } from 'typeorm'
import { Versions } from '../registry/rows.ts'
import { isOver, type RetrievalRow, Retrievals } from './rows.ts'

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
    if (!row || isOver(row)) return undefined
    const changed = await change(row, manager)
    const finishedAt = isOver({ ...row, ...changed }) ? new Date() : null
    await manager.update(Retrievals, { id }, { ...changed, finishedAt })
    await notify(manager, retrievalChannel, row.versionId)
    return { ...row, ...changed, finishedAt }
  })
}

/** Ends a retrieval that cannot go on, and says so at its version. */
export const failRetrieval = (database: DataSource, id: string, error: string) =>
  changeRetrieval(database, id, async ({ versionId }, manager) => {
    await manager.update(Versions, { id: versionId }, { status: 'FAILED' })
    return { status: 'FAILED', error }
  })

/**
 * Writes counted bytes about every `everyMs`, the newest count only, one write at a time: one that is slow leaves out
 * counts, and none is written late. A write that fails is let go: the next one tells more.
 */
export function createMeter(write: (bytes: number) => Promise<unknown>, everyMs = 250) {
  let count = 0
  let written = 0
  let writing: Promise<unknown> | undefined
  const timer = setInterval(() => {
    if (writing || count === written) return
    written = count
    writing = write(count)
      .catch(() => undefined)
      .finally(() => {
        writing = undefined
      })
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
