import { createHash } from 'node:crypto'
import type { DataSource } from 'typeorm'
import type { Bucket } from '../store/bucket.ts'
import type { Received } from './download.ts'

/**
 * Names a source's content: its address, and the size and the strong ETag that the source gives there. Undefined when the
 * source does not say enough. The name is a digest, since an address may hold a signature.
 */
export function contentOf(
  uri: string,
  { sizeBytes, etag }: { sizeBytes?: number | undefined; etag?: string | undefined },
): string | undefined {
  if (sizeBytes === undefined || etag === undefined) return undefined
  return createHash('sha256')
    .update(JSON.stringify([uri, sizeBytes, etag]))
    .digest('hex')
}

interface Copy {
  key: string
  sha256: string
  size: string
}

/**
 * The object of a version that has this content already; undefined when there is none. Whoever asks has the content's name
 * from the source's own answer, and could fetch the file there.
 */
export async function keptCopy(
  database: DataSource,
  bucket: Bucket,
  content: string,
): Promise<Received | undefined> {
  const copies: Copy[] = await database.query(
    `SELECT DISTINCT object_path AS key, object_sha256 AS sha256, object_size AS size
     FROM retrievals JOIN model_versions ON model_versions.id = version_id
     WHERE content = $1 AND retrievals.status = 'SUCCEEDED' AND model_versions.status = 'READY'`,
    [content],
  )
  for (const { key, sha256, size } of copies) {
    const sizeBytes = Number(size)
    if ((await bucket.stat(key))?.sizeBytes === sizeBytes) return { key, sha256, sizeBytes }
  }
  return undefined
}

/** Whether any other retrieval of the content goes on, which may go on with what came of it. */
export async function isWanted(
  database: DataSource,
  content: string,
  except: string | null = null,
): Promise<boolean> {
  const others: unknown[] = await database.query(
    `SELECT 1 FROM retrievals
     WHERE content = $1 AND status IN ('PENDING', 'RUNNING') AND id IS DISTINCT FROM $2::uuid LIMIT 1`,
    [content, except],
  )
  return others.length > 0
}

/** How far the content has come, by whichever retrieval brought it furthest. */
export async function receivedOf(database: DataSource, content: string): Promise<number> {
  const [furthest]: { bytes: string | null }[] = await database.query(
    `SELECT max(bytes_received) AS bytes FROM retrievals WHERE content = $1 AND status = 'RUNNING'`,
    [content],
  )
  return Number(furthest?.bytes ?? 0)
}
