import { IsNull } from 'typeorm'
import type { StoredPart } from '../store/multipart.ts'
import { allParts, sizeOfPart, wholeParts } from './parts.ts'
import type { UploadPlace } from './place.ts'
import { type UploadRow, Uploads } from './rows.ts'

type Store = Pick<UploadPlace, 'bucket' | 'multipart'>

/** What the store has of an upload: parts, or the whole object once they are put together. */
export interface Present {
  /** Undefined when the store has no such upload open. */
  parts: StoredPart[] | undefined
  isWhole: boolean
}

/** Asks the store what it has. Nothing of it is recorded, so nothing recorded can be wrong. */
export async function presentParts({ bucket, multipart }: Store, upload: UploadRow): Promise<Present> {
  const { objectKey, storeUploadId, sizeBytes } = upload
  const parts = storeUploadId === null ? undefined : await multipart.parts(objectKey, storeUploadId)
  if (parts) return { parts: wholeParts(upload, parts), isWhole: false }
  // Whoever put them together may have died before it was recorded.
  return { parts: undefined, isWhole: (await bucket.stat(objectKey))?.sizeBytes === sizeBytes }
}

/** The numbers of the parts that need not be sent. */
export async function uploadedParts(store: Store, upload: UploadRow): Promise<number[]> {
  if (upload.completedAt !== null) return allParts(upload)
  const { parts, isWhole } = await presentParts(store, upload)
  return isWhole ? allParts(upload) : (parts ?? []).map(({ number }) => number)
}

/**
 * Opens an upload at the store, unless it is open there: for the first time, or anew where the store has lost it (rules
 * of a bucket may end uploads that are old). Of two who open at once one is kept.
 */
export async function openAtStore(place: UploadPlace, upload: UploadRow): Promise<UploadRow> {
  const { database, multipart } = place
  const { id, objectKey, storeUploadId: lost } = upload
  if (lost !== null) {
    const { parts, isWhole } = await presentParts(place, upload)
    if (parts || isWhole) return upload
  }
  const storeUploadId = await multipart.begin(objectKey)
  const { affected } = await database.manager.update(
    Uploads,
    { id, storeUploadId: lost ?? IsNull(), completedAt: IsNull() },
    { storeUploadId },
  )
  if (affected === 1) return { ...upload, storeUploadId }
  await multipart.abort(objectKey, storeUploadId)
  return (await database.manager.findOneBy(Uploads, { id })) ?? upload
}

const urlSeconds = 900

/** An address that a part is PUT to. */
export interface SignedPart {
  number: number
  url: string
  expiresAt: Date
}

/** Signs parts of an open upload; the day after which it counts as abandoned begins anew. */
export async function signParts(
  place: UploadPlace,
  upload: UploadRow,
  numbers: readonly number[],
): Promise<SignedPart[]> {
  const { storeUploadId, objectKey } =
    upload.storeUploadId === null ? await openAtStore(place, upload) : upload
  if (storeUploadId === null) return []
  await place.database.manager.update(Uploads, { id: upload.id }, { updatedAt: new Date() })
  const expiresAt = new Date(Date.now() + urlSeconds * 1_000)
  return numbers.map((number) => {
    const part = { number, sizeBytes: sizeOfPart(upload, number) }
    return { number, url: place.multipart.sign(objectKey, storeUploadId, part, urlSeconds), expiresAt }
  })
}
