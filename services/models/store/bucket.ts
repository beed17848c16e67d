import { createObjectStore, ensureBucket, storeErrorCode } from '@berth/platform/objects'
import { CopyDestinationOptions, CopySourceOptions, type Client as ObjectStore } from 'minio'
import type { Environment } from '../environment.ts'
import { copyLarge } from './copy.ts'
import { within } from './deadline.ts'

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
  /** Ends uploads of the key that were cut off, so that their parts do not stay for ever. */
  dropUploads(key: string): Promise<void>
  /** A URL that reads the object, for `seconds`. */
  signedUrl(key: string, seconds: number): Promise<string>
}

export const incomingKey = (retrievalId: string) => `incoming/${retrievalId}`
export const finalKey = (sha256: string) => `sha256/${sha256}.gguf`

const quickMs = 20_000
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
    ensure: () => within(quickMs, ensureBucket(store, name, region)),
    async stat(key) {
      try {
        const { size, etag } = await within(quickMs, store.statObject(name, key))
        return { sizeBytes: size, etag }
      } catch (error) {
        const code = storeErrorCode(error)
        if (code === 'NotFound' || code === 'NoSuchKey') return undefined
        throw error
      }
    },
    async copy(from, to, source) {
      if (source.sizeBytes > mostCopyBytes) return copyLarge({ store, bucket: name, from, to, source })
      const source_ = new CopySourceOptions({ Bucket: name, Object: from, MatchETag: source.etag })
      // S3 finishes a copy of 5 GiB within minutes.
      await within(
        600_000,
        store.copyObject(source_, new CopyDestinationOptions({ Bucket: name, Object: to })),
      )
    },
    remove: (key) => within(quickMs, store.removeObject(name, key)),
    async dropUploads(key) {
      for (let round = 0; round < 10; round++) {
        const uploadId = await within(quickMs, store.findUploadId(name, key))
        if (!uploadId) return
        await within(quickMs, store.abortMultipartUpload(name, key, uploadId))
      }
    },
    signedUrl: (key, seconds) => store.presignedGetObject(name, key, seconds),
  }
}
