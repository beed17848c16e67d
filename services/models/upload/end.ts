import { repeat } from '@berth/platform/schedule'
import { type EntityManager, IsNull, LessThan } from 'typeorm'
import { Models, Versions } from '../registry/rows.ts'
import { holds, restore, type Withdrawal, withdraw } from '../registry/withdrawal.ts'
import type { UploadPlace } from './place.ts'
import { type UploadRow, Uploads } from './rows.ts'

type Ending = Pick<UploadPlace, 'database' | 'multipart' | 'usersOf' | 'log'>

/**
 * Ends an upload that is not complete, with its version, and its model when that has no other. A version that a server
 * waits for stays, for another upload. What the store has of it is thrown away at once where the store answers, otherwise
 * by the sweep.
 * @returns whether it was open
 */
export async function endUpload(
  { database, multipart, usersOf, log }: Ending,
  { id, versionId }: Pick<UploadRow, 'id' | 'versionId'>,
  isToEnd: (upload: UploadRow) => boolean = () => true,
): Promise<boolean> {
  const ended = await unlessUsed({ database, usersOf, log }, versionId, (withdrawal) =>
    database.transaction((manager) => removeRows(manager, id, isToEnd, withdrawal)),
  )
  if (ended?.storeUploadId != null) {
    await multipart
      .abort(ended.objectKey, ended.storeUploadId)
      .catch((error: unknown) => log.warn({ upload: id, err: error }, 'parts stay until the next sweep'))
  }
  return ended !== undefined
}

/** Gives `work` the withdrawal of the version when nobody uses it, as far as can be known; the version is back where it stays. */
async function unlessUsed<Result>(
  { database, usersOf, log }: Pick<Ending, 'database' | 'usersOf' | 'log'>,
  versionId: string,
  work: (withdrawal: Withdrawal | undefined) => Promise<Result>,
): Promise<Result> {
  const withdrawal = await withdraw(database, [versionId])
  if (!withdrawal) return work(undefined)
  try {
    // Who cannot be asked may have servers.
    const isUsed = await usersOf(versionId).then(
      (users) => users.length > 0,
      () => true,
    )
    return await work(isUsed ? undefined : withdrawal)
  } finally {
    await restore(database, withdrawal, log)
  }
}

async function removeRows(
  manager: EntityManager,
  id: string,
  isToEnd: (upload: UploadRow) => boolean,
  withdrawal: Withdrawal | undefined,
): Promise<UploadRow | undefined> {
  const found = await manager.findOneBy(Uploads, { id })
  const seen = found && (await manager.findOneBy(Versions, { id: found.versionId }))
  if (!seen) return undefined
  // In the order in which whoever registers, deletes or completes takes these locks.
  const lock = { mode: 'pessimistic_write' } as const
  await manager.findOne(Models, { where: { id: seen.modelId }, lock })
  await manager.findOne(Versions, { where: { id: seen.id }, lock })
  const upload = await manager.findOneBy(Uploads, { id, completedAt: IsNull() })
  if (!upload || !isToEnd(upload)) return undefined
  if (!withdrawal || !(await holds(manager, withdrawal))) {
    await manager.delete(Uploads, { id })
    return upload
  }
  await manager.delete(Versions, { id: seen.id })
  if (!(await manager.existsBy(Versions, { modelId: seen.modelId }))) {
    await manager.delete(Models, { id: seen.modelId })
  }
  return upload
}

const abandonedAfterMs = 24 * 3600 * 1_000

/** Ends the uploads of which no part was signed for a day. */
export async function endAbandoned(place: Ending): Promise<void> {
  const before = new Date(Date.now() - abandonedAfterMs)
  const idle = { completedAt: IsNull(), updatedAt: LessThan(before) }
  for (const upload of await place.database.manager.findBy(Uploads, idle)) {
    // Somebody may have gone on with it meanwhile.
    if (await endUpload(place, upload, ({ updatedAt }) => updatedAt < before)) {
      place.log.info({ upload: upload.id, version: upload.versionId }, 'an abandoned upload was ended')
    }
  }
}

/** Does so every ten minutes. */
export const keepAbandonedEnded = (place: Ending) =>
  repeat(() => endAbandoned(place), {
    everyMs: 600_000,
    firstAfterMs: 5_000,
    log: place.log,
    failure: 'abandoned uploads could not be ended',
  })
