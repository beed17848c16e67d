import { within } from '@berth/platform/deadline'
import type { Client as ObjectStore } from 'minio'
import type { StoredObject } from './bucket.ts'

const partBytes = 2 ** 30

/**
 * Copies an object that is too large for one copy, part by part within the store (S3 API reference, UploadPartCopy).
 * The client's own composeObject gives every part of one source the same number, and so loses all but the last.
 */
export async function copyLarge(wanted: {
  store: ObjectStore
  bucket: string
  from: string
  to: string
  source: StoredObject
}): Promise<void> {
  const { store, bucket, from, to, source } = wanted
  const uploadId = await within(20_000, store.initiateNewMultipartUpload(bucket, to, {}))
  try {
    const parts: { part: number; etag?: string }[] = []
    for (const { start, end } of ranges(source.sizeBytes, partBytes)) {
      const part = parts.length + 1
      const { etag } = await within(
        600_000,
        store.uploadPart({
          bucketName: bucket,
          objectName: to,
          uploadID: uploadId,
          partNumber: part,
          headers: {
            'x-amz-copy-source': `/${bucket}/${from}`,
            'x-amz-copy-source-if-match': `"${source.etag}"`,
            'x-amz-copy-source-range': `bytes=${start}-${end}`,
          },
        }),
      )
      parts.push({ part, etag })
    }
    await within(600_000, store.completeMultipartUpload(bucket, to, uploadId, parts))
  } catch (error) {
    await store.abortMultipartUpload(bucket, to, uploadId).catch(() => undefined)
    throw error
  }
}

/** The ranges, both ends inclusive, that cover `size` bytes in steps of `step`. */
export function ranges(size: number, step: number): { start: number; end: number }[] {
  return Array.from({ length: Math.ceil(size / step) }, (_, index) => ({
    start: index * step,
    end: Math.min((index + 1) * step, size) - 1,
  }))
}
