import { DatabaseSync } from 'node:sqlite'
import type { Segment } from './blobs.ts'
import type { CorsRule } from './cors.ts'
import { S3Error } from './errors.ts'
import { successor } from './listing.ts'

/** `etag` bare; `modified` in epoch milliseconds. */
export type ListedObject = { key: string; size: number; etag: string; modified: number }
/** `headers`: what a GET gives back (Content-Type, x-amz-meta-*). */
export type StoredObject = ListedObject & { headers: Record<string, string>; segments: Segment[] }
export type Upload = { id: string; key: string; initiated: number; headers: Record<string, string> }
export type Part = { number: number; size: number; etag: string; modified: number; blob: string }

/** Sees the object that is about to be replaced, in the same transaction; throws to leave all as it was. */
export type Guard = (current: StoredObject | undefined) => void

export type Catalog = ReturnType<typeof openCatalog>

/** Keys are bytes to SQLite, so that they have the order of S3, and text to everybody else. */
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
    etag TEXT NOT NULL, modified INTEGER NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (upload, number)) STRICT;
  CREATE TABLE IF NOT EXISTS cors (
    bucket TEXT PRIMARY KEY REFERENCES buckets (name) ON DELETE CASCADE, rules TEXT NOT NULL) STRICT;`

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

  const json = new Set(['headers', 'segments', 'rules'])
  /** A statement whose rows have this type; what is stored as JSON comes back as it was. */
  function query<Row>(sql: string) {
    const statement = database.prepare(sql)
    const rowOf = (row: object | undefined) => {
      const texts = Object.entries(row ?? {}).filter(([name]) => json.has(name))
      return (
        row &&
        ({ ...row, ...Object.fromEntries(texts.map(([name, text]) => [name, JSON.parse(text)])) } as Row)
      )
    }
    return {
      get: (...values: (string | number | Buffer)[]) => rowOf(statement.get(...values)),
      all: (...values: (string | number | Buffer)[]) => statement.all(...values) as Row[],
      iterate: (...values: (string | number | Buffer)[]) => statement.iterate(...values) as Iterable<Row>,
      run: (...values: (string | number | Buffer)[]) => statement.run(...values).changes,
    }
  }
  const asText = 'CAST(key AS TEXT) AS key'
  const bucketByName = query<{ name: string }>('SELECT * FROM buckets WHERE name = ?')
  const objectByKey = query<StoredObject>(
    `SELECT *, ${asText} FROM objects WHERE bucket = ? AND key = CAST(? AS BLOB)`,
  )
  const objectsFrom = query<ListedObject>(
    `SELECT ${asText}, size, etag, modified FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY objects.key`,
  )
  const objectPut = query('INSERT OR REPLACE INTO objects VALUES (?, CAST(? AS BLOB), ?, ?, ?, ?, ?)')
  const objectDelete = query('DELETE FROM objects WHERE bucket = ? AND key = CAST(? AS BLOB)')
  const uploadById = query<Upload>(
    `SELECT *, ${asText} FROM uploads WHERE id = ? AND bucket = ? AND key = CAST(? AS BLOB)`,
  )
  const uploadsFrom = query<Upload>(
    `SELECT id, initiated, ${asText} FROM uploads
     WHERE bucket = ? AND key >= ? AND key < ? AND (key, id) > (CAST(? AS BLOB), ?) ORDER BY uploads.key, id`,
  )
  const uploadDelete = query('DELETE FROM uploads WHERE id = ?')
  const partsOf = query<Part>('SELECT * FROM parts WHERE upload = ? ORDER BY number')
  const partDelete = query<Segment>(
    'DELETE FROM parts WHERE upload = ? AND number = ? RETURNING blob AS id, size',
  )
  const corsOf = query<{ rules: CorsRule[] }>('SELECT rules FROM cors WHERE bucket = ?')
  const corsPut = query('INSERT OR REPLACE INTO cors VALUES (?, ?)')
  const partPut = query('INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?)')

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

  function requireBucket(name: string): void {
    if (!bucketByName.get(name)) throw new S3Error('NoSuchBucket', `The bucket "${name}" does not exist.`)
  }

  function requireUpload(bucket: string, key: string, id: string): Upload {
    requireBucket(bucket)
    const upload = uploadById.get(id, bucket, key)
    if (upload) return upload
    throw new S3Error('NoSuchUpload', 'The upload does not exist; it may have been completed or aborted.')
  }

  function object(bucket: string, key: string): StoredObject | undefined {
    requireBucket(bucket)
    return objectByKey.get(bucket, key)
  }

  function replace(bucket: string, next: StoredObject, guard: Guard): Segment[] {
    const current = object(bucket, next.key)
    guard(current)
    const { key, size, etag, modified, headers, segments } = next
    objectPut.run(bucket, key, size, etag, modified, JSON.stringify(headers), JSON.stringify(segments))
    return current?.segments ?? []
  }

  function forget(upload: string): Segment[] {
    const segments = partsOf.all(upload).map(({ blob, size }) => ({ id: blob, size }))
    uploadDelete.run(upload)
    return segments
  }

  return {
    requireBucket,
    requireUpload,
    object,
    parts: (upload: string) => partsOf.all(upload),
    buckets: () => query<{ name: string; created: number }>('SELECT * FROM buckets ORDER BY name').all(),
    createBucket(name: string): void {
      if (query('INSERT OR IGNORE INTO buckets VALUES (?, ?)').run(name, Date.now())) return
      throw new S3Error('BucketAlreadyOwnedByYou', `The bucket "${name}" exists already.`)
    },
    /** None where the bucket has no configuration, or is not there. */
    cors: (bucket: string): CorsRule[] => corsOf.get(bucket)?.rules ?? [],
    putCors(bucket: string, rules: readonly CorsRule[]): void {
      requireBucket(bucket)
      corsPut.run(bucket, JSON.stringify(rules))
    },
    /** Uploads under way do not keep a bucket alive; they end with it. */
    dropBucket: (name: string): Segment[] =>
      transact(() => {
        requireBucket(name)
        if (query('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1').get(name)) {
          throw new S3Error('BucketNotEmpty', `The bucket "${name}" still holds objects. Remove them first.`)
        }
        const uploads = query<Upload>('SELECT id FROM uploads WHERE bucket = ?').all(name)
        const freed = uploads.flatMap(({ id }) => forget(id))
        query('DELETE FROM buckets WHERE name = ?').run(name)
        return freed
      }),
    scanObjects: (bucket: string, prefix: string, from: Buffer) =>
      objectsFrom.iterate(bucket, from, successor(prefix)),
    putObject: (bucket: string, next: StoredObject, guard: Guard): Segment[] =>
      transact(() => replace(bucket, next, guard)),
    removeObjects: (bucket: string, keys: readonly string[]): Segment[] =>
      transact(() =>
        keys.flatMap((key) => {
          const segments = object(bucket, key)?.segments ?? []
          objectDelete.run(bucket, key)
          return segments
        }),
      ),
    createUpload(bucket: string, { id, key, initiated, headers }: Upload): void {
      requireBucket(bucket)
      const insert = query('INSERT INTO uploads VALUES (?, ?, CAST(? AS BLOB), ?, ?)')
      insert.run(id, bucket, key, initiated, JSON.stringify(headers))
    },
    /** Those behind the upload `after` only, which may be of the same key. */
    scanUploads: (bucket: string, prefix: string, from: Buffer, after: { key: string; id: string }) =>
      uploadsFrom.iterate(bucket, from, successor(prefix), after.key, after.id),
    /** A part sent again takes the place of the one before it. */
    putPart: (bucket: string, key: string, upload: string, part: Part): Segment[] =>
      transact(() => {
        requireUpload(bucket, key, upload)
        const former = partDelete.get(upload, part.number)
        partPut.run(upload, part.number, part.size, part.etag, part.modified, part.blob)
        return former ? [former] : []
      }),
    /** Turns an upload into an object that consists of its parts' bytes; parts it does not use are let go of. */
    completeUpload: (bucket: string, upload: string, next: StoredObject, guard: Guard): Segment[] =>
      transact(() => {
        requireUpload(bucket, next.key, upload)
        const replaced = replace(bucket, next, guard)
        const held = new Map(forget(upload).map((segment) => [segment.id, segment]))
        if (!next.segments.every(({ id }) => held.delete(id))) {
          throw new S3Error('InvalidPart', 'A part was replaced while the upload was being completed.')
        }
        return [...replaced, ...held.values()]
      }),
    abortUpload: (bucket: string, key: string, upload: string): Segment[] =>
      transact(() => forget(requireUpload(bucket, key, upload).id)),
    /** Every blob that a row names. */
    referenced(): Set<string> {
      const named = `SELECT blob AS id FROM parts
        UNION SELECT json_extract(value, '$.id') FROM objects, json_each(segments)`
      return new Set(
        query<Segment>(named)
          .all()
          .map(({ id }) => id),
      )
    },
    close: () => database.close(),
  }
}
