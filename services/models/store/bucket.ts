import { within } from '@berth/platform/deadline'
import { createObjectStore, ensureBucket, type ObjectStore, storeErrorCode } from '@berth/platform/objects'
import { CopyDestinationOptions, CopySourceOptions } from 'minio'
import type { Environment } from '../environment.ts'
import { storeFailure } from '../retrieval/failure.ts'
import { copyLarge } from './copy.ts'
import { type Begun, wholeParts } from './upload.ts'

/** An object as the store has it. */
export interface StoredObject {
  sizeBytes: number
  etag: string
}

/** The bucket of models: what is on its way lies under `incoming/`, what is whole under `sha256/`. */
export interface Bucket {
  name: string
  store: ObjectStore
  ensure(): Promise<void>
  /** Undefined when there is none. */
  stat(key: string): Promise<StoredObject | undefined>
  /** Copies within the store, and only the very content that `etag` names. */
  copy(from: string, to: string, source: StoredObject): Promise<void>
  remove(key: string): Promise<void>
  /** The keys under a prefix: of objects, and of uploads that were not finished. */
  list(prefix: string): Promise<{ objects: string[]; uploads: string[] }>
  /** What a former upload of the key left that a file of this size can go on from; undefined when there is nothing. */
  begun(key: string, totalBytes: number): Promise<Begun | undefined>
  /** Ends uploads of the key that were cut off, so that their parts do not stay for ever. */
  dropUploads(key: string): Promise<void>
  /** A URL that reads the object, for `seconds`. */
  signedUrl(key: string, seconds: number): Promise<string>
}

/** Where everything lies that is on its way of a content, or of a retrieval whose source names none. */
export const incomingPrefix = (name: string) => `incoming/${name}/`
export const finalKey = (sha256: string) => `sha256/${sha256}.gguf`

const quickMs = 20_000

/** What the store does not answer, or answers with an error, is told as the store's. */
const asked = <T>(ms: number, answer: Promise<T>): Promise<T> =>
  within(ms, answer).catch((error: unknown) => {
    throw storeFailure(error)
  })

/** The largest object that one copy takes (S3 API reference, CopyObject). */
const mostCopyBytes = 5 * 2 ** 30

export function openBucket(environment: Environment): Bucket {
  const region = environment.OBJECTS_REGION
  const name = environment.OBJECTS_BUCKET
  const store = createObjectStore({
    endpoint: environment.OBJECTS_ENDPOINT,
    region,
    accessKey: environment.OBJECTS_ACCESS_KEY,
    secretKey: environment.OBJECTS_SECRET_KEY,
  })
  return {
    name,
    store,
    ensure: () => asked(quickMs, ensureBucket(store, name, region)),
    async stat(key) {
      try {
        const { size, etag } = await within(quickMs, store.statObject(name, key))
        return { sizeBytes: size, etag }
      } catch (error) {
        const code = storeErrorCode(error)
        if (code === 'NotFound' || code === 'NoSuchKey') return undefined
        throw storeFailure(error)
      }
    },
    async copy(from, to, source) {
      if (source.sizeBytes > mostCopyBytes) {
        return copyLarge({ store, bucket: name, from, to, source }).catch((error: unknown) => {
          throw storeFailure(error)
        })
      }
      const exactly = new CopySourceOptions({ Bucket: name, Object: from, MatchETag: source.etag })
      // S3 finishes a copy of 5 GiB within minutes.
      await asked(
        600_000,
        store.copyObject(exactly, new CopyDestinationOptions({ Bucket: name, Object: to })),
      )
    },
    remove: (key) => asked(quickMs, store.removeObject(name, key)),
    async list(prefix) {
      const [objects, uploads] = await Promise.all([
        asked(quickMs, keysOf(store.listObjectsV2(name, prefix, true))),
        asked(quickMs, keysOf(store.listIncompleteUploads(name, prefix, true))),
      ])
      return { objects, uploads }
    },
    async begun(key, totalBytes) {
      const uploadId = await asked(quickMs, store.findUploadId(name, key))
      if (!uploadId) return undefined
      const parts = wholeParts(await asked(quickMs, store.partsOf(name, key, uploadId)), totalBytes)
      const sizeBytes = parts.reduce((sum, { size }) => sum + size, 0)
      return sizeBytes > 0 ? { uploadId, parts, sizeBytes } : undefined
    },
    async dropUploads(key) {
      for (let round = 0; round < 10; round++) {
        const uploadId = await asked(quickMs, store.findUploadId(name, key))
        if (!uploadId) return
        await asked(quickMs, store.abortMultipartUpload(name, key, uploadId))
      }
    },
    signedUrl: (key, seconds) => store.presignedGetObject(name, key, seconds),
  }
}

/** The client names an object `name`, and an upload `key`. */
async function keysOf(items: AsyncIterable<{ name?: string; key?: string }>): Promise<string[]> {
  const keys: string[] = []
  for await (const { name, key } of items) keys.push(name ?? key ?? '')
  return keys.filter((key) => key !== '')
}
