import { createHash, randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { Download } from '../source/fetch.ts'
import type { Origins, SignedUrl } from '../source/origin.ts'
import { type Bucket, incomingPrefix } from '../store/bucket.ts'
import { type Begun, EmptyFile, mostBytes, upload } from '../store/upload.ts'
import { failureOf, RetrievalFailure } from './failure.ts'
import { discardIncoming } from './publish.ts'

/** What arrived, hashed as it streamed. */
export interface Received {
  /** Where it lies in the bucket. */
  key: string
  sha256: string
  sizeBytes: number
}

/** Where a retrieval gets its bytes, and where it puts them. */
export interface Place {
  bucket: Bucket
  origins: Origins
  retrievalId: string
}

/** The source's file as it was when it was asked last. */
export type Content = Pick<Download, 'totalBytes' | 'etag'>

/** A download that has begun, and what an attempt before left of it. */
export interface Opened {
  key: string
  download: Download
  begun?: Begun
}

/** What an attempt before received to its end, where it died before anybody knew; undefined when there is no such thing. */
export async function receivedBefore(
  { bucket, origins, retrievalId }: Place,
  content: Content,
): Promise<Received | undefined> {
  const { totalBytes, etag } = content
  if (etag === undefined || totalBytes === undefined) return undefined
  const key = keyOf(retrievalId, content)
  if ((await bucket.stat(key))?.sizeBytes !== totalBytes) return undefined
  return { key, sha256: await digestOf({ bucket, origins }, key), sizeBytes: totalBytes }
}

/**
 * Opens a download where the attempt before broke off, if the source still has the same content; otherwise what that
 * attempt left is thrown away.
 */
export async function openDownload(place: Place, signed: SignedUrl, content: Content): Promise<Opened> {
  const { bucket, origins, retrievalId } = place
  const { totalBytes, etag } = content
  if (etag !== undefined && totalBytes !== undefined) {
    const key = keyOf(retrievalId, content)
    const begun = await bucket.begun(key, totalBytes)
    if (begun) {
      const range = { start: begun.sizeBytes }
      const download = await origins.fetch(signed, { range, ifRange: etag })
      if (download.partial && download.etag === etag) return { key, download, begun }
      download.body.destroy()
    }
  }
  await discardIncoming(bucket, retrievalId)
  const download = await origins.fetch(signed)
  return { key: keyOf(retrievalId, download), download }
}

/** One key for one content. What names no content gets a key of its own, so that two of them are never mixed. */
function keyOf(retrievalId: string, { totalBytes, etag }: Content): string {
  const isKnown = etag !== undefined && totalBytes !== undefined
  const name = isKnown ? createHash('sha256').update(`${totalBytes} ${etag}`).digest('hex') : randomUUID()
  return `${incomingPrefix(retrievalId)}${name}`
}

/**
 * Streams a download into the bucket, and hashes it on its way. Memory stays bounded: the source is read as fast as the
 * store takes it. A source that stalls ends by its dispatcher's body timeout.
 * @throws RetrievalFailure; then the store has whole parts at most, for another attempt.
 */
export async function receive(
  { bucket, origins }: Omit<Place, 'retrievalId'>,
  { key, download, begun }: Opened,
  onBytes: (bytes: number) => void,
): Promise<Received> {
  const { body, totalBytes } = download
  const hash = createHash('sha256')
  let sizeBytes = begun?.sizeBytes ?? 0

  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(body, 'The download broke off: the connection to the source')) {
      sizeBytes += chunk.length
      if (sizeBytes > mostBytes) throw tooLarge()
      hash.update(chunk)
      onBytes(chunk.length)
      yield chunk
    }
  }

  try {
    if (totalBytes !== undefined && totalBytes > mostBytes) throw tooLarge()
    await upload(bucket, key, hashed(), totalBytes, begun)
  } catch (error) {
    if (error instanceof EmptyFile) throw new RetrievalFailure('final', 'The file at the source is empty.')
    throw failureOf(error, 'The object store')
  } finally {
    body.destroy()
  }
  if (totalBytes !== undefined && sizeBytes !== totalBytes) {
    throw new RetrievalFailure('again', `The source announced ${totalBytes} bytes and gave ${sizeBytes}.`)
  }
  // What came before this attempt was hashed by a process that may be gone: the whole is read back.
  const sha256 = begun ? await digestOf({ bucket, origins }, key) : hash.digest('hex')
  return { key, sha256, sizeBytes }
}

async function digestOf({ bucket, origins }: Omit<Place, 'retrievalId'>, key: string): Promise<string> {
  const url = await bucket.signedUrl(key, 300)
  const { body } = await origins.fetch({ url, expiresAt: Date.now() + 300_000 })
  const hash = createHash('sha256')
  for await (const chunk of chunksOf(body, 'The object store')) hash.update(chunk)
  return hash.digest('hex')
}

const tooLarge = () => new RetrievalFailure('final', `The file is larger than ${mostBytes / 2 ** 40} TiB.`)

/** The body's chunks; what breaks while reading is told apart from what breaks while writing. */
async function* chunksOf(body: Dispatcher.ResponseData['body'], from: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array
  } catch (error) {
    throw failureOf(error, from)
  }
}
