import type { DataSource } from 'typeorm'
import type { Origins, SignedUrl } from '../source/origin.ts'
import { type StorageContract, StorageExceeded } from '../storage/storage.ts'
import { type Bucket, incomingPrefix } from '../store/bucket.ts'
import { keptCopy } from './content.ts'
import { type Content, openDownload, type Place, type Received, receive, receivedBefore } from './download.ts'
import { changeRetrieval, createMeter } from './progress.ts'

/** What a retrieval gets its file by. */
export interface Wish {
  retrievalId: string
  /** The content's name; undefined where the source does not say enough. */
  content: string | undefined
  /** What the source said of the file. */
  found: Content
  /** What `signed` was signed for, and is again when its signature ends. */
  uri: string
  signed: SignedUrl
  signal: AbortSignal
}

/**
 * Gets the file into the store, with as little of a download as can be: none when a version has that very content, and
 * none when it came before; otherwise what is missing of it. Bytes on their way lie under the content's name, so that
 * another retrieval of it goes on with them. Whoever calls has the content for itself.
 */
export async function obtain(
  workplace: { database: DataSource; bucket: Bucket; origins: Origins; storage: StorageContract },
  { retrievalId, content, found, uri, signed, signal }: Wish,
): Promise<Received> {
  const { database, bucket, origins } = workplace
  await bucket.ensure()
  const kept = content && (await keptCopy(database, bucket, content))
  if (kept) return kept
  const place = { bucket, origins, uri, prefix: incomingPrefix(content ?? retrievalId), signal }
  return (
    (await receivedBefore(place, found)) ?? (await download(workplace, retrievalId, place, signed, found))
  )
}

/** Downloads what is not in the store yet, and tells how far it is. */
async function download(
  { database, storage }: { database: DataSource; storage: StorageContract },
  retrievalId: string,
  place: Place,
  signed: SignedUrl,
  found: Content,
): Promise<Received> {
  const opened = await openDownload(place, signed, found)
  const before = opened.begun?.sizeBytes ?? 0
  const full = new AbortController()
  const tell = (bytesReceived: number) =>
    changeRetrieval(database, retrievalId, async ({ versionId }, manager) => {
      // Room for what nobody announced is reserved as it comes.
      if (opened.totalBytes === undefined) {
        await storage.reserve(manager, { versionId, sizeBytes: bytesReceived })
      }
      return { bytesReceived, bytesTotal: opened.totalBytes ?? null }
    }).catch((error: unknown) => {
      if (error instanceof StorageExceeded) full.abort(error)
      throw error
    })
  const meter = createMeter((bytes) => tell(before + bytes))
  const signal = AbortSignal.any([place.signal, full.signal])
  try {
    await tell(before)
    return await receive({ ...place, signal }, opened, meter.add)
  } finally {
    opened.close()
    await meter.stop()
  }
}
