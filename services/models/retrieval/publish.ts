import type { DataSource } from 'typeorm'
import { Versions } from '../registry/rows.ts'
import { type Bucket, finalKey, type StoredObject } from '../store/bucket.ts'
import { withDigestLock } from '../store/lock.ts'
import type { Received } from './download.ts'
import { RetrievalFailure } from './failure.ts'
import { changeRetrieval } from './progress.ts'
import { stepSucceeded } from './steps.ts'

/**
 * Gives a verified object its final name, and makes its version READY in one transaction. The copy happens within the
 * store and is of the very content that was verified, so that nothing partial is ever under a final name.
 */
export async function publish(wanted: {
  database: DataSource
  bucket: Bucket
  retrievalId: string
  versionId: string
  received: Received
  stored: StoredObject
}): Promise<void> {
  const { database, bucket, retrievalId, versionId, received, stored } = wanted
  const { key, sha256, sizeBytes } = received
  const path = finalKey(sha256)
  // The lock keeps a deletion of the last other version with this digest from taking the object away in between.
  await withDigestLock(database, sha256, async () => {
    if ((await bucket.stat(path))?.sizeBytes !== sizeBytes) {
      if (key === path) throw new RetrievalFailure('changed', 'The version that had the file is gone.')
      await bucket.copy(key, path, stored)
      if ((await bucket.stat(path))?.sizeBytes !== sizeBytes) {
        throw new RetrievalFailure('again', 'The object store did not copy the whole file.')
      }
    }
    const published = await changeRetrieval(database, retrievalId, async ({ steps }, manager) => {
      const ready = {
        status: 'READY',
        objectPath: path,
        objectSize: sizeBytes,
        objectSha256: sha256,
      } as const
      await manager.update(Versions, { id: versionId }, ready)
      return { status: 'SUCCEEDED', error: null, steps: stepSucceeded(steps, 'PUBLISH', new Date()) }
    })
    if (published || (await database.manager.existsBy(Versions, { objectSha256: sha256 }))) return
    // It was cancelled while the store copied, and nobody else has the object.
    await bucket.remove(path)
  })
}
