import { within } from '@berth/platform/deadline'
import { storeErrorCode } from '@berth/platform/objects'
import { failureOf } from '../retrieval/failure.ts'
import type { Bucket } from './bucket.ts'
import { presign, type SigningKeys } from './presign.ts'

/** A part that the store has of an upload that is open. */
export interface StoredPart {
  number: number
  sizeBytes: number
  etag: string
}

/** Uploads whose parts come from elsewhere, by addresses that are signed for them one by one. */
export interface Multipart {
  /** Opens an upload of the key. @returns the store's name for it */
  begin(key: string): Promise<string>
  /** By number; undefined when the store has no such upload, or has it no more. */
  parts(key: string, uploadId: string): Promise<StoredPart[] | undefined>
  /** A URL that takes one PUT after another of just so many bytes as that part, for `seconds`. */
  sign(key: string, uploadId: string, part: { number: number; sizeBytes: number }, seconds: number): string
  /** Makes an object of these parts. @returns whether the store had that upload still */
  complete(key: string, uploadId: string, parts: readonly StoredPart[]): Promise<boolean>
  /** Throws the parts away; one that is gone already is no error. */
  abort(key: string, uploadId: string): Promise<void>
}

const quickMs = 20_000
/** Some stores copy all bytes when they put parts together. */
const completeWithinMs = 600_000

/** @param keys with the address at which those reach the store who upload */
export function openMultipart({ store, name }: Pick<Bucket, 'store' | 'name'>, keys: SigningKeys): Multipart {
  const asked = async <T>(ms: number, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await within(ms, answer)
    } catch (error) {
      if (storeErrorCode(error) === 'NoSuchUpload') return undefined
      throw failureOf(error, 'The object store')
    }
  }
  return {
    async begin(key) {
      const uploadId = await asked(quickMs, store.initiateNewMultipartUpload(name, key, {}))
      if (uploadId === undefined) throw failureOf(undefined, 'The object store')
      return uploadId
    },
    async parts(key, uploadId) {
      const found = await asked(quickMs, store.partsOf(name, key, uploadId))
      return found
        ?.map(({ part, size, etag }) => ({ number: part, sizeBytes: size, etag }))
        .sort((a, b) => a.number - b.number)
    },
    sign: (key, uploadId, { number, sizeBytes }, seconds) =>
      presign(keys, {
        method: 'PUT',
        path: `/${name}/${key}`,
        query: { uploadId, partNumber: String(number) },
        headers: { 'content-length': String(sizeBytes) },
        seconds,
      }),
    async complete(key, uploadId, parts) {
      const named = parts.map(({ number, etag }) => ({ part: number, etag }))
      const done = await asked(completeWithinMs, store.completeMultipartUpload(name, key, uploadId, named))
      return done !== undefined
    },
    abort: async (key, uploadId) =>
      void (await asked(
        quickMs,
        store.abortMultipartUpload(name, key, uploadId).then(() => true),
      )),
  }
}
