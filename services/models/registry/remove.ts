import type { Log } from '@berth/platform/log'
import type { DataSource } from 'typeorm'
import { Retrievals } from '../retrieval/rows.ts'
import type { Bucket } from '../store/bucket.ts'
import { withDigestLock } from '../store/lock.ts'
import { Models, type VersionRow, Versions } from './rows.ts'

export type Removed = 'removed' | 'gone' | 'retrieving'

/**
 * Deletes a version; its model with it when that has no other; and its object when no other version has that content.
 * Who may do it, and whether a server uses it, is the caller's to decide before.
 */
export async function removeVersion(
  { database, bucket, log }: { database: DataSource; bucket: Bucket; log: Log },
  version: VersionRow,
): Promise<Removed> {
  const { objectSha256, objectPath } = version
  if (objectSha256 === null || objectPath === null) return removeRow(database, version)
  return withDigestLock(database, objectSha256, async () => {
    const removed = await removeRow(database, version)
    if (removed === 'removed' && !(await database.manager.existsBy(Versions, { objectSha256 }))) {
      // The row is gone already: a later version with its digest takes the object over, or the sweep takes it away.
      await bucket
        .remove(objectPath)
        .catch((error: unknown) =>
          log.warn(
            { object: objectPath, err: error },
            'an object without a version stays until the next sweep',
          ),
        )
    }
    return removed
  })
}

const removeRow = (database: DataSource, { id, modelId, objectSha256 }: VersionRow): Promise<Removed> =>
  database.transaction(async (manager) => {
    // A registration holds the same lock, so that no version comes to a model that is being deleted.
    const lock = { mode: 'pessimistic_write' } as const
    const model = await manager.findOne(Models, { where: { id: modelId }, lock })
    const version = model && (await manager.findOne(Versions, { where: { id }, lock }))
    if (!version) return 'gone'
    const running = await manager.existsBy(Retrievals, [
      { versionId: id, status: 'PENDING' },
      { versionId: id, status: 'RUNNING' },
    ])
    // One that ended just now brought an object, which the caller does not hold the lock of.
    if (running || version.objectSha256 !== objectSha256) return 'retrieving'
    await manager.delete(Versions, { id })
    if (!(await manager.existsBy(Versions, { modelId }))) await manager.delete(Models, { id: modelId })
    return 'removed'
  })
