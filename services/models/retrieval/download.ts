import { createHash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { Download } from '../source/fetch.ts'
import type { Bucket } from '../store/bucket.ts'
import { EmptyFile, mostBytes, upload } from '../store/upload.ts'
import { failureOf, RetrievalFailure } from './failure.ts'

/** What arrived, hashed as it streamed. */
export interface Received {
  /** Where it lies in the bucket. */
  key: string
  sha256: string
  sizeBytes: number
}

/**
 * Streams a download into the bucket, under `key`, and hashes it on its way. Memory stays bounded: the source is read
 * as fast as the store takes it. A source that stalls ends by its dispatcher's body timeout.
 * @throws RetrievalFailure; then nothing is under `key`.
 */
export async function receive(
  download: Download,
  bucket: Bucket,
  key: string,
  onBytes: (bytes: number) => void,
): Promise<Received> {
  const { body, totalBytes } = download
  const hash = createHash('sha256')
  let sizeBytes = 0

  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(body)) {
      sizeBytes += chunk.length
      if (sizeBytes > mostBytes) throw tooLarge()
      hash.update(chunk)
      onBytes(chunk.length)
      yield chunk
    }
  }

  try {
    if (totalBytes !== undefined && totalBytes > mostBytes) throw tooLarge()
    await upload(bucket, key, hashed(), totalBytes)
  } catch (error) {
    if (error instanceof EmptyFile) throw new RetrievalFailure('final', 'The file at the source is empty.')
    throw failureOf(error, 'The object store')
  } finally {
    body.destroy()
  }
  if (totalBytes !== undefined && sizeBytes !== totalBytes) {
    throw new RetrievalFailure('again', `The source announced ${totalBytes} bytes and gave ${sizeBytes}.`)
  }
  return { key, sha256: hash.digest('hex'), sizeBytes }
}

const tooLarge = () => new RetrievalFailure('final', `The file is larger than ${mostBytes / 2 ** 40} TiB.`)

/** The body's chunks; what breaks while reading is told apart from what breaks while writing. */
async function* chunksOf(body: Dispatcher.ResponseData['body']): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array
  } catch (error) {
    throw failureOf(error, 'The download broke off: the connection to the source')
  }
}
