import { notify } from '@berth/platform/notifications'
import type { EntityManager } from 'typeorm'
import { InvalidField } from '../registry/fields.ts'
import { type VersionRow, Versions } from '../registry/rows.ts'
import { retrievalChannel } from '../retrieval/progress.ts'
import { Retrievals } from '../retrieval/rows.ts'
import { noSteps, uploadStepNames } from '../retrieval/steps.ts'
import type { StartRetrieval } from '../retrieval/workflow.ts'
import { presentParts } from './open.ts'
import { allParts, missingParts } from './parts.ts'
import type { UploadPlace } from './place.ts'
import { type UploadRow, Uploads } from './rows.ts'

export type Completed =
  | { kind: 'complete'; version: VersionRow }
  | { kind: 'incomplete'; missing: number[] }
  | { kind: 'gone' }

/**
 * Puts the parts together and starts the steps that verify, inspect and publish the file. May be done again after it was
 * cut off at any point, and when it is done: the store is asked what it has, and the retrieval has the upload's id.
 * @param sha256 as the sender computed it; what arrived must have it
 * @throws InvalidField when it was completed with another digest, and RetrievalFailure when the store is away
 */
export async function completeUpload(
  place: UploadPlace & { startRetrieval: StartRetrieval },
  upload: UploadRow,
  sha256: string | null,
): Promise<Completed> {
  if (upload.completedAt === null) {
    const missing = await assemble(place, upload)
    if (missing.length > 0) return { kind: 'incomplete', missing }
  }
  const version = await place.database.transaction((manager) => record(manager, upload, sha256))
  if (!version) return { kind: 'gone' }
  // What ended meanwhile is not begun again.
  if (version.status === 'RETRIEVING') await place.startRetrieval(upload.id)
  return { kind: 'complete', version }
}

/** Makes an object of the parts. @returns the numbers of those that are missing, and then nothing was done */
async function assemble(place: UploadPlace, upload: UploadRow): Promise<number[]> {
  const { parts, isWhole } = await presentParts(place, upload)
  if (isWhole) return []
  if (!parts) return allParts(upload)
  const missing = missingParts(upload, parts)
  if (missing.length > 0) return missing
  const done = await place.multipart.complete(upload.objectKey, upload.storeUploadId ?? '', parts)
  // Somebody else may have completed it just before.
  return done || (await presentParts(place, upload)).isWhole ? [] : allParts(upload)
}

async function record(
  manager: EntityManager,
  { id, versionId, sizeBytes }: UploadRow,
  sha256: string | null,
): Promise<VersionRow | undefined> {
  const lock = { mode: 'pessimistic_write' } as const
  const version = await manager.findOne(Versions, { where: { id: versionId }, lock })
  const upload = version && (await manager.findOneBy(Uploads, { id }))
  if (!upload) return undefined
  if (upload.completedAt !== null) {
    if (sha256 === null || sha256 === version.sourceSha256) return version
    throw new InvalidField(
      'sha256',
      'The upload was completed with another digest; begin anew under another tag.',
    )
  }
  const known = { status: 'RETRIEVING', sourceSha256: sha256 } as const
  await manager.update(Uploads, { id }, { completedAt: new Date() })
  await manager.update(Versions, { id: versionId }, known)
  const retrieval = {
    id,
    versionId,
    steps: noSteps(uploadStepNames),
    bytesReceived: 0,
    bytesTotal: sizeBytes,
  }
  await manager.insert(Retrievals, retrieval)
  await notify(manager, retrievalChannel, versionId)
  return { ...version, ...known }
}
