import type { Bucket } from './bucket.ts'

/** Takes away everything under a prefix of `incoming/`; what cannot be taken away now, the sweep takes later. */
export async function discard(bucket: Bucket, prefix: string): Promise<void> {
  try {
    const { objects, uploads } = await bucket.list(prefix)
    for (const key of objects) await bucket.remove(key)
    for (const key of uploads) await bucket.dropUploads(key)
  } catch {
    return
  }
}
