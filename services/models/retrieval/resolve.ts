import type { DataSource } from 'typeorm'
import { type VersionRow, Versions } from '../registry/rows.ts'
import type { Located, Origins, SignedUrl } from '../source/origin.ts'
import { firstBytes } from '../source/peek.ts'
import { withoutQuery } from '../source/uri.ts'
import { type StorageContract, StorageExceeded } from '../storage/storage.ts'
import { contentOf } from './content.ts'
import { failureOf, RetrievalFailure } from './failure.ts'
import { changeRetrieval } from './progress.ts'

const magic = Buffer.from('GGUF')

/** What a source says of its file. */
export interface Resolved {
  /** The source's address, held fast to the content that was found there. */
  uri: string
  /** The digest that the source announces. */
  announcedSha256: string | undefined
  sizeBytes: number | undefined
  etag: string | undefined
  /** The content's name; undefined where the source does not say enough. */
  content: string | undefined
}

/**
 * Asks whether the file is there, how large it is, and whether it begins as a model does; keeps a place for it.
 * @throws RetrievalFailure, InvalidSource, StorageExceeded
 */
export async function resolve(
  { database, origins, storage }: { database: DataSource; origins: Origins; storage: StorageContract },
  { retrievalId, version, signal }: { retrievalId: string; version: VersionRow; signal: AbortSignal },
): Promise<Resolved> {
  const located = await origins.locate(version.sourceUri, signal)
  refuseAnother(version, located)
  const { totalBytes, etag } = await beginning(origins, located.signed, version, signal)
  const sizeBytes = totalBytes ?? located.sizeBytes
  const content = contentOf(located.uri, { sizeBytes, etag })
  const sourceSize = sizeBytes ?? null
  await changeRetrieval(database, retrievalId, async (_row, manager) => {
    await manager.update(Versions, { id: version.id }, { sourceSize })
    await storage.reserve(manager, { versionId: version.id, sizeBytes: sourceSize })
    return { bytesTotal: sourceSize, content: content ?? null }
  }).catch(async (error: unknown) => {
    // Next time it is known before anything begins.
    if (error instanceof StorageExceeded)
      await database.manager.update(Versions, { id: version.id }, { sourceSize })
    throw error
  })
  return { uri: located.uri, announcedSha256: located.sha256, sizeBytes, etag, content }
}

function refuseAnother({ sourceUri, sourceSha256 }: VersionRow, { sha256 }: Located): void {
  if (sha256 === undefined || sourceSha256 === null || sha256 === sourceSha256) return
  throw new RetrievalFailure(
    'final',
    `The hub announces the SHA-256 ${sha256} for ${withoutQuery(sourceUri)}, not ${sourceSha256} as registered; nothing was downloaded. Register the digest of the file that you trust under another tag.`,
  )
}

/** Reads the first bytes. @returns what the answer says of the whole */
async function beginning(
  origins: Origins,
  signed: SignedUrl,
  { sourceUri }: VersionRow,
  signal: AbortSignal,
): Promise<{ totalBytes: number | undefined; etag: string | undefined }> {
  const shown = withoutQuery(sourceUri)
  const range = { start: 0, end: magic.length - 1 }
  const { body, totalBytes, etag } = await origins.fetch(signed, { range, signal })
  const begins = await firstBytes(body, magic.length).catch((error: unknown) => {
    throw failureOf(error, `Reading ${shown}`)
  })
  if (!begins.equals(magic)) {
    throw new RetrievalFailure(
      'final',
      `The file at ${shown} is not GGUF: it does not begin with GGUF; register the address of a model's file.`,
    )
  }
  return { totalBytes, etag }
}
