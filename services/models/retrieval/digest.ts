import { createHash } from 'node:crypto'
import type { Origins } from '../source/origin.ts'
import type { Bucket } from '../store/bucket.ts'
import { RetrievalFailure, storeFailure } from './failure.ts'

const signatureSeconds = 300

interface Reading {
  signal?: AbortSignal | undefined
  onBytes?: (bytes: number) => void
  /** The chunk is valid until it returns. */
  onChunk?: (chunk: Uint8Array) => void
}

/** The SHA-256 of an object, read back from the store, as 64 hexadecimal digits. @throws RetrievalFailure */
export async function digestOf(
  { bucket, origins }: { bucket: Bucket; origins: Origins },
  key: string,
  { signal, onBytes, onChunk }: Reading = {},
): Promise<string> {
  const hash = createHash('sha256')
  try {
    const signed = {
      url: await bucket.signedUrl(key, signatureSeconds),
      expiresAt: Date.now() + signatureSeconds * 1_000,
    }
    const { body } = await origins.fetch(signed, signal ? { signal } : {})
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      hash.update(chunk)
      onBytes?.(chunk.length)
      onChunk?.(chunk)
      origins.recycle(chunk)
    }
  } catch (error) {
    throw unreadableFailure(error)
  }
  return hash.digest('hex')
}

/** A fetch tells of a source's faults; where it reads what the store has, they are the store's. */
export function unreadableFailure(error: unknown): RetrievalFailure {
  if (!(error instanceof RetrievalFailure)) return storeFailure(error)
  if (error.status === 404) return new RetrievalFailure('changed', 'The object store lost what came.')
  if (error.cause !== undefined) return storeFailure(error.cause)
  return new RetrievalFailure('own', 'The object store does not give back what it has.', { cause: error })
}
