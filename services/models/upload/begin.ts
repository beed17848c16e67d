import { randomUUID } from 'node:crypto'
import type { EntityManager } from 'typeorm'
import { modelFor } from '../registry/register.ts'
import { type VersionRow, Versions } from '../registry/rows.ts'
import type { Viewer } from '../registry/visible.ts'
import { incomingPrefix } from '../store/bucket.ts'
import type { UploadRequest } from './input.ts'
import { openAtStore } from './open.ts'
import { partBytesFor } from './parts.ts'
import type { UploadPlace } from './place.ts'
import { type UploadRow, Uploads } from './rows.ts'

export type Begun = { kind: 'open'; upload: UploadRow } | { kind: 'taken'; version: VersionRow }

export const sourceOf = (fileName: string): string => `upload:${fileName}`
export const isUpload = ({ sourceUri }: Pick<VersionRow, 'sourceUri'>): boolean =>
  sourceUri.startsWith('upload:')

/**
 * What a request means for the version of that name and tag. The same file goes on with the upload that is open; one
 * that failed or was called off left nothing behind, so that any file may come in its place.
 */
export function planBegin(
  version: Pick<VersionRow, 'sourceUri' | 'status'>,
  upload: Pick<UploadRow, 'fileName' | 'sizeBytes' | 'completedAt'> | null,
  { fileName, sizeBytes }: Pick<UploadRequest, 'fileName' | 'sizeBytes'>,
): 'resume' | 'begin' | 'taken' {
  if (!isUpload(version)) return 'taken'
  if (upload?.completedAt === null) {
    return upload.fileName === fileName && upload.sizeBytes === sizeBytes ? 'resume' : 'taken'
  }
  return version.status === 'REGISTERED' || version.status === 'FAILED' ? 'begin' : 'taken'
}

/**
 * Records a version and an upload of its file, or finds the one that is open, and opens it at the store. The rows come
 * first: what the store opened and no row names is swept.
 * @throws StorageExceeded, and RetrievalFailure when the store is away; then the same request goes on later
 */
export async function beginUpload(
  place: UploadPlace,
  viewer: Viewer,
  request: UploadRequest,
): Promise<Begun> {
  const begun = await place.database.transaction((manager) => recordUpload(place, manager, viewer, request))
  if (begun.kind === 'taken') return begun
  await place.prepareBucket()
  return { kind: 'open', upload: await openAtStore(place, begun.upload) }
}

async function recordUpload(
  { storage }: UploadPlace,
  manager: EntityManager,
  viewer: Viewer,
  request: UploadRequest,
): Promise<Begun> {
  const { tag, fileName, sizeBytes } = request
  const modelId = await modelFor(manager, request)
  const source = { sourceUri: sourceOf(fileName), sourceSize: sizeBytes }
  await manager
    .createQueryBuilder()
    .insert()
    .into(Versions)
    .values({ modelId, tag, ...source })
    .orIgnore()
    .execute()
  const lock = { mode: 'pessimistic_write' } as const
  const version = await manager.findOneOrFail(Versions, { where: { modelId, tag }, lock })
  const former = await manager.findOneBy(Uploads, { versionId: version.id })
  const plan = planBegin(version, former, request)
  if (plan === 'taken') return { kind: 'taken', version }
  if (plan === 'resume' && former) return { kind: 'open', upload: former }

  await storage.reserve(manager, { versionId: version.id, sizeBytes, viewer })
  if (former) await manager.delete(Uploads, { id: former.id })
  const fresh = { ...source, status: 'REGISTERED' as const, sourceSha256: null, metadata: null }
  await manager.update(Versions, { id: version.id }, fresh)
  const id = randomUUID()
  const upload: UploadRow = await manager.save(Uploads, {
    id,
    versionId: version.id,
    fileName,
    sizeBytes,
    partBytes: partBytesFor(sizeBytes),
    objectKey: `${incomingPrefix(id)}file`,
    storeUploadId: null,
    completedAt: null,
  })
  return { kind: 'open', upload }
}
