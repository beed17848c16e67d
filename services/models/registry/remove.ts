import type { Log } from '@berth/platform/log'
import type { DataSource } from 'typeorm'
import { Retrievals } from '../retrieval/rows.ts'
import type { Bucket } from '../store/bucket.ts'
import { withDigestLock } from '../store/lock.ts'
import { Models, type VersionRow, Versions } from './rows.ts'
import type { UsersOf, VersionUser } from './usage.ts'
import { holds, restore, type Withdrawal, withdraw } from './withdrawal.ts'

export type Removed =
  | { kind: 'removed' | 'gone' | 'retrieving' | 'late' }
  | { kind: 'inUse'; users: VersionUser[] }

/**
 * Deletes a version that no server uses; its model with it when that has no other; and its object when no other version
 * has that content. A server that is deployed meanwhile either keeps the version, or learns that it is gone
 * (withdrawal.ts). Who may delete it is the caller's to decide before.
 */
export async function removeVersion(
  tools: { database: DataSource; bucket: Bucket; usersOf: UsersOf; log: Log },
  version: VersionRow,
): Promise<Removed> {
  const { database, usersOf, log } = tools
  // Mostly the answer is known without hiding the version from anybody.
  const users = await usersOf(version.id)
  if (users.length > 0) return { kind: 'inUse', users }
  const withdrawal = await withdraw(database, [version.id])
  if (!withdrawal) return { kind: 'gone' }
  let removed: Removed = { kind: 'late' }
  try {
    const newUsers = await usersOf(version.id)
    removed =
      newUsers.length > 0
        ? { kind: 'inUse', users: newUsers }
        : await removeWithObject(tools, version, withdrawal)
    return removed
  } finally {
    if (removed.kind !== 'removed') await restore(database, withdrawal, log)
  }
}

async function removeWithObject(
  { database, bucket, log }: { database: DataSource; bucket: Bucket; log: Log },
  version: VersionRow,
  withdrawal: Withdrawal,
): Promise<Removed> {
  const { objectSha256, objectPath } = version
  if (objectSha256 === null || objectPath === null) return removeRow(database, version, withdrawal)
  return withDigestLock(database, objectSha256, async () => {
    const removed = await removeRow(database, version, withdrawal)
    if (removed.kind === 'removed' && !(await database.manager.existsBy(Versions, { objectSha256 }))) {
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

const removeRow = (
  database: DataSource,
  { id, modelId, objectSha256 }: VersionRow,
  withdrawal: Withdrawal,
): Promise<Removed> =>
  database.transaction(async (manager) => {
    // A registration holds the same lock, so that no version comes to a model that is being deleted.
    const lock = { mode: 'pessimistic_write' } as const
    const model = await manager.findOne(Models, { where: { id: modelId }, lock })
    const version = model && (await manager.findOne(Versions, { where: { id }, lock }))
    if (!version) return { kind: 'gone' }
    const running = await manager.existsBy(Retrievals, [
      { versionId: id, status: 'PENDING' },
      { versionId: id, status: 'RUNNING' },
    ])
    // One that ended just now brought an object, which the caller does not hold the lock of.
    if (running || version.objectSha256 !== objectSha256) return { kind: 'retrieving' }
    if (!(await holds(manager, withdrawal))) return { kind: 'late' }
    await manager.delete(Versions, { id })
    if (!(await manager.existsBy(Versions, { modelId }))) await manager.delete(Models, { id: modelId })
    return { kind: 'removed' }
  })
