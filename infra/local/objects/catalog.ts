import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Segment } from './blobs.ts'
import { S3Error } from './errors.ts'
import { successor } from './listing.ts'

/** `etag` bare; `modified` in epoch milliseconds; `headers` what a GET gives back (Content-Type, x-amz-meta-*). */
export type StoredObject = {
  key: string
  size: number
  etag: string
  modified: number
  headers: Record<string, string>
  segments: Segment[]
}
export type ListedObject = Pick<StoredObject, 'key' | 'size' | 'etag' | 'modified'>
export type Upload = { id: string; key: string; initiated: number; headers: Record<string, string> }
export type Part = { number: number; size: number; etag: string; modified: number; blob: string }
export type Bucket = { name: string; created: number }

/** Sees the object that is about to be replaced, in the same transaction; throws to leave all as it was. */
export type Guard = (current: StoredObject | undefined) => void

export type Catalog = ReturnType<typeof openCatalog>

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL REFERENCES buckets (name), key BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, headers TEXT NOT NULL, segments TEXT NOT NULL, PRIMARY KEY (bucket, key)) STRICT;
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL REFERENCES buckets (name), key BLOB NOT NULL,
    initiated INTEGER NOT NULL, headers TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL, size INTEGER NOT NULL,
    etag TEXT NOT NULL, modified INTEGER NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (upload, number)) STRICT;`

type Row = Record<string, SQLOutputValue>

const keyOf = (row: Row) => Buffer.from(row.key as Uint8Array).toString('utf8')
const listedOf = (row: Row): ListedObject => ({
  key: keyOf(row),
  size: Number(row.size),
  etag: String(row.etag),
  modified: Number(row.modified),
})
const objectOf = (row: Row): StoredObject => ({
  ...listedOf(row),
  headers: JSON.parse(String(row.headers)),
  segments: JSON.parse(String(row.segments)),
})
const uploadOf = (row: Row): Upload => ({
  id: String(row.id),
  key: keyOf(row),
  initiated: Number(row.initiated),
  headers: JSON.parse(String(row.headers)),
})
const partOf = (row: Row): Part => ({
  number: Number(row.number),
  size: Number(row.size),
  etag: String(row.etag),
  modified: Number(row.modified),
  blob: String(row.blob),
})
const segmentOf = ({ blob: id, size }: Part): Segment => ({ id, size })

/**
 * What the store holds, in SQLite: durable when a call returns (WAL, synchronous FULL). Calls that let go of bytes
 * return their segments for the caller to remove. Throws NoSuchBucket, NoSuchUpload, BucketNotEmpty,
 * BucketAlreadyOwnedByYou; the exclusive lock makes a second store on the same folder fail here.
 */
export function openCatalog(file: string) {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  } catch (cause) {
    database.close()
    throw new Error(`Cannot open ${file}. If another object store runs on this folder, stop it first.`, {
      cause,
    })
  }
  database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`)
  const prepare = (sql: string) => database.prepare(sql)
  const bucketByName = prepare('SELECT * FROM buckets WHERE name = ?')
  const objectByKey = prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?')
  const objectsFrom = prepare(
    'SELECT key, size, etag, modified FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key',
  )
  const objectPut = prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)')
  const objectDelete = prepare('DELETE FROM objects WHERE bucket = ? AND key = ?')
  const uploadById = prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?')
  const uploadsFrom = prepare(
    'SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, id',
  )
  const uploadPut = prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?)')
  const uploadDelete = prepare('DELETE FROM uploads WHERE id = ?')
  const partsOf = prepare('SELECT * FROM parts WHERE upload = ? ORDER BY number')
  const partByNumber = prepare('SELECT * FROM parts WHERE upload = ? AND number = ?')
  const partPut = prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)')

  function transact<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk has rolled back already.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  function requireBucket(name: string): Bucket {
    const row = bucketByName.get(name)
    if (!row) throw new S3Error('NoSuchBucket', `The bucket "${name}" does not exist.`)
    return { name, created: Number(row.created) }
  }

  function requireUpload(bucket: string, key: string, id: string): Upload {
    requireBucket(bucket)
    const row = uploadById.get(id, bucket, Buffer.from(key))
    if (!row)
      throw new S3Error('NoSuchUpload', 'The upload does not exist; it may have been completed or aborted.')
    return uploadOf(row)
  }

  function object(bucket: string, key: string): StoredObject | undefined {
    requireBucket(bucket)
    const row = objectByKey.get(bucket, Buffer.from(key))
    return row && objectOf(row)
  }

  const parts = (upload: string): Part[] => partsOf.all(upload).map(partOf)

  function replace(bucket: string, next: StoredObject, guard: Guard): Segment[] {
    const current = object(bucket, next.key)
    guard(current)
    const [headers, segments] = [JSON.stringify(next.headers), JSON.stringify(next.segments)]
    objectPut.run(bucket, Buffer.from(next.key), next.size, next.etag, next.modified, headers, segments)
    return current?.segments ?? []
  }

  function forget(upload: string): Segment[] {
    const segments = parts(upload).map(segmentOf)
    uploadDelete.run(upload)
    return segments
  }

  return {
    requireBucket,
    requireUpload,
    object,
    parts,
    buckets: (): Bucket[] =>
      prepare('SELECT * FROM buckets ORDER BY name')
        .all()
        .map((row) => ({ name: String(row.name), created: Number(row.created) })),
    createBucket(name: string, created: number): void {
      const { changes } = prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?)').run(name, created)
      if (!changes) throw new S3Error('BucketAlreadyOwnedByYou', `The bucket "${name}" exists already.`)
    },
    /** Uploads under way do not keep a bucket alive; they end with it. */
    dropBucket: (name: string): Segment[] =>
      transact(() => {
        requireBucket(name)
        if (prepare('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1').get(name)) {
          throw new S3Error('BucketNotEmpty', `The bucket "${name}" still holds objects. Remove them first.`)
        }
        const uploads = prepare('SELECT id FROM uploads WHERE bucket = ?').all(name)
        const freed = uploads.flatMap(({ id }) => forget(String(id)))
        prepare('DELETE FROM buckets WHERE name = ?').run(name)
        return freed
      }),
    *scanObjects(bucket: string, prefix: string, from: Buffer): Generator<ListedObject> {
      for (const row of objectsFrom.iterate(bucket, from, successor(prefix))) yield listedOf(row)
    },
    putObject: (bucket: string, next: StoredObject, guard: Guard): Segment[] =>
      transact(() => replace(bucket, next, guard)),
    removeObjects: (bucket: string, keys: readonly string[]): Segment[] =>
      transact(() =>
        keys.flatMap((key) => {
          const segments = object(bucket, key)?.segments ?? []
          objectDelete.run(bucket, Buffer.from(key))
          return segments
        }),
      ),
    createUpload: (bucket: string, upload: Upload): void => {
      requireBucket(bucket)
      uploadPut.run(
        upload.id,
        bucket,
        Buffer.from(upload.key),
        upload.initiated,
        JSON.stringify(upload.headers),
      )
    },
    *scanUploads(bucket: string, prefix: string, from: Buffer): Generator<Upload> {
      for (const row of uploadsFrom.iterate(bucket, from, successor(prefix))) yield uploadOf(row)
    },
    /** A part sent again takes the place of the one before it. */
    putPart: (bucket: string, key: string, upload: string, part: Part): Segment[] =>
      transact(() => {
        requireUpload(bucket, key, upload)
        const former = partByNumber.get(upload, part.number)
        partPut.run(upload, part.number, part.size, part.etag, part.modified, part.blob)
        return former ? [segmentOf(partOf(former))] : []
      }),
    /** Turns an upload into an object that consists of its parts' bytes; parts it does not use are let go of. */
    completeUpload: (bucket: string, upload: string, next: StoredObject, guard: Guard): Segment[] =>
      transact(() => {
        requireUpload(bucket, next.key, upload)
        const used = new Set(next.segments.map(({ id }) => id))
        const held = parts(upload).map(segmentOf)
        if (!next.segments.every(({ id }) => held.some((one) => one.id === id))) {
          throw new S3Error('InvalidPart', 'A part was replaced while the upload was being completed.')
        }
        const replaced = replace(bucket, next, guard)
        return [...replaced, ...forget(upload).filter(({ id }) => !used.has(id))]
      }),
    abortUpload: (bucket: string, key: string, upload: string): Segment[] =>
      transact(() => {
        requireUpload(bucket, key, upload)
        return forget(upload)
      }),
    /** Every blob that a row names. */
    referenced(): Set<string> {
      const ids = new Set(
        prepare('SELECT blob FROM parts')
          .all()
          .map(({ blob }) => String(blob)),
      )
      for (const { segments } of prepare('SELECT segments FROM objects').iterate()) {
        for (const { id } of JSON.parse(String(segments)) as Segment[]) ids.add(id)
      }
      return ids
    },
    close: () => database.close(),
  }
}
