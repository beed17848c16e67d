import type { DataSource } from 'typeorm'
import type { VersionRow } from '../registry/rows.ts'
import type { Origins } from '../source/origin.ts'
import { withoutQuery } from '../source/uri.ts'
import type { Bucket, StoredObject } from '../store/bucket.ts'
import { isUpload } from '../upload/begin.ts'
import { digestOf } from './digest.ts'
import type { Received } from './download.ts'
import { RetrievalFailure } from './failure.ts'
import { changeRetrieval, createMeter } from './progress.ts'

/** A file that somebody put into the store. */
export interface Uploaded {
  key: string
  sizeBytes: number
}

/** Reads an uploaded file back for its digest, and tells how far that is. */
export async function receiveUpload(
  { database, bucket, origins }: { database: DataSource; bucket: Bucket; origins: Origins },
  {
    retrievalId,
    uploaded,
    signal,
  }: { retrievalId: string; uploaded: Uploaded | undefined; signal: AbortSignal },
): Promise<Received> {
  const stored = uploaded && (await bucket.stat(uploaded.key))
  if (!stored) throw new RetrievalFailure('final', 'The uploaded file is not there; upload it to its end.')
  const { key, sizeBytes } = uploaded
  if (stored.sizeBytes !== sizeBytes) {
    const has = `${stored.sizeBytes} bytes, not ${sizeBytes} as announced`
    throw new RetrievalFailure('final', `The uploaded file has ${has}; upload it again.`)
  }
  const meter = createMeter((bytesReceived) =>
    changeRetrieval(database, retrievalId, () => ({ bytesReceived, bytesTotal: sizeBytes })),
  )
  try {
    const sha256 = await digestOf({ bucket, origins }, key, { signal, onBytes: meter.add })
    return { key, sha256, sizeBytes }
  } finally {
    await meter.stop()
  }
}

/** What a file should be: as it was found, registered and announced. */
export interface Expected {
  version: Pick<VersionRow, 'sourceUri' | 'sourceSha256'>
  sizeBytes: number | undefined
  /** The digest that a hub announces. */
  announcedSha256: string | undefined
}

/**
 * Compares what came with what it should be.
 * @returns the object as the store has it now
 * @throws RetrievalFailure
 */
export async function verify(
  bucket: Bucket,
  { key, sha256, sizeBytes }: Received,
  { version, sizeBytes: expectedBytes, announcedSha256 }: Expected,
): Promise<StoredObject> {
  const shown = withoutQuery(version.sourceUri)
  if (expectedBytes !== undefined && expectedBytes !== sizeBytes) {
    throw new RetrievalFailure(
      'changed',
      `The file at ${shown} changed meanwhile: it had ${expectedBytes} bytes and gave ${sizeBytes}.`,
    )
  }
  if (version.sourceSha256 !== null && version.sourceSha256 !== sha256) {
    const [whose, next] = isUpload(version)
      ? ['its sender computed', 'It changed on its way, or while it was read: upload it again.']
      : ['registered', 'Register the digest of the file that you trust under another tag.']
    throw new RetrievalFailure(
      'final',
      `The SHA-256 of ${shown} is ${sha256}, not ${version.sourceSha256} as ${whose}; the file was thrown away. ${next}`,
    )
  }
  if (announcedSha256 !== undefined && announcedSha256 !== sha256) {
    throw new RetrievalFailure(
      'final',
      `The SHA-256 of ${shown} is ${sha256}, not ${announcedSha256} as its hub announces; the file was thrown away. Retrieve again; if that fails as well, tell whoever runs the hub.`,
    )
  }
  const stored = await bucket.stat(key)
  if (stored?.sizeBytes !== sizeBytes) {
    throw new RetrievalFailure('changed', 'The object store does not hold what was written.')
  }
  return stored
}
