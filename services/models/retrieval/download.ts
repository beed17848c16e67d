import { createHash, randomUUID } from 'node:crypto'
import type { Download } from '../source/fetch.ts'
import { createReader } from '../source/in-order.ts'
import { type Origins, rangeBytes, type SignedUrl } from '../source/origin.ts'
import { changed, type KnownContent } from '../source/range.ts'
import { signedFile } from '../source/signed-file.ts'
import type { Bucket } from '../store/bucket.ts'
import { discard } from '../store/discard.ts'
import type { BodyOfPart } from '../store/part.ts'
import { arePartsWhole, createPartSums, multipartETag } from '../store/part-sums.ts'
import { type Begun, EmptyFile, mostBytes, partSizeOf, upload } from '../store/upload.ts'
import { bodiesByRange, bodiesOfStream } from './bodies.ts'
import { digestOf } from './digest.ts'
import { failureOf, RetrievalFailure, storeFailure } from './failure.ts'

/** What arrived, hashed as it streamed. */
export interface Received {
  /** Where it lies in the bucket. */
  key: string
  sha256: string
  sizeBytes: number
}

/** Where a download gets its bytes, and where it puts them. */
export interface Place {
  bucket: Bucket
  origins: Origins
  /** What to sign again when a signature ends amid the download. */
  uri: string
  /** Where everything lies in the bucket that is on its way. */
  prefix: string
  /** Ends the download. */
  signal: AbortSignal
}

/** The source's file as it was when it was asked last. */
export type Content = Pick<Download, 'totalBytes' | 'etag'>

/** A download that can begin, and what an attempt before left of it. */
export interface Opened {
  key: string
  totalBytes: number | undefined
  /** What is not in the store yet; nothing is asked for before it is taken. */
  bodies: AsyncIterable<BodyOfPart>
  begun?: Begun | undefined
  /** Ends what was asked of the source. */
  close(): void
}

const connections = 4

/**
 * What an attempt before received to its end, where it died before anybody knew; undefined when there is no such thing. It may
 * have died before it compared what the store has with what it took: an object with another ETag than its bytes' is thrown away.
 */
export async function receivedBefore(place: Place, content: Content): Promise<Received | undefined> {
  if (!isKnown(content)) return undefined
  const { bucket, prefix, signal } = place
  const { totalBytes: sizeBytes } = content
  const key = keyOf(prefix, content)
  const stored = await bucket.stat(key)
  if (stored?.sizeBytes !== sizeBytes) return undefined
  const sums = createPartSums(partSizeOf(sizeBytes))
  const sha256 = await digestOf(place, key, { signal, onChunk: sums.update })
  if (stored.etag === multipartETag(sums.digests())) return { key, sha256, sizeBytes }
  await bucket.remove(key)
  return undefined
}

/**
 * Opens a download where the attempt before broke off, if the source still has the same content. A source that gives
 * ranges, and names the content that they are of, is read over several connections; any other in one stream, and from its beginning.
 * @throws RetrievalFailure: `changed` when the source has another content than `content` now
 */
export async function openDownload(place: Place, signed: SignedUrl, content: Content): Promise<Opened> {
  const { bucket, origins, uri, prefix, signal } = place
  if (!isKnown(content)) return openStream(place, await origins.fetch(signed, { signal }))
  const file = signedFile(origins, { uri, signed, content })
  const probe = await file.ask({ start: 0, end: 0 }, signal)
  const isSame = probe.etag === content.etag && probe.totalBytes === content.totalBytes
  if (isSame && !probe.partial) return openStream(place, probe)
  probe.body.destroy()
  if (!isSame) throw changed(file)
  const { totalBytes } = content
  const key = keyOf(prefix, content)
  const begun = await bucket.begun(key, totalBytes)
  if (!begun) await discard(bucket, prefix)
  const leaving = new AbortController()
  const until = AbortSignal.any([signal, leaving.signal])
  const reader = createReader(file, { ...origins, rangeBytes, connections }, until)
  const bodies = bodiesByRange(reader, begun?.sizeBytes ?? 0, totalBytes, partSizeOf(totalBytes))
  return { key, totalBytes, bodies, begun, close: () => leaving.abort() }
}

/** What one stream left before cannot be gone on with. */
async function openStream({ bucket, prefix }: Place, download: Download): Promise<Opened> {
  await discard(bucket, prefix)
  const { body, totalBytes } = download
  const bodies = bodiesOfStream(chunksOf(body), totalBytes, partSizeOf(totalBytes))
  return { key: keyOf(prefix, download), totalBytes, bodies, close: () => void body.destroy() }
}

const isKnown = (content: Content): content is KnownContent =>
  content.etag !== undefined && content.totalBytes !== undefined

/** One key for one content. What names no content gets a key of its own, so that two of them are never mixed. */
function keyOf(prefix: string, content: Content): string {
  const named = `${content.totalBytes} ${content.etag}`
  return prefix + (isKnown(content) ? createHash('sha256').update(named).digest('hex') : randomUUID())
}

/**
 * Streams a download into the bucket, and hashes it on its way. Memory stays bounded: the source is read as fast as the
 * store takes it.
 * @throws RetrievalFailure; then the store has whole parts at most, for another attempt.
 */
export async function receive(
  place: Pick<Place, 'bucket' | 'origins' | 'signal'>,
  { key, totalBytes, bodies, begun, close }: Opened,
  onBytes: (bytes: number) => void,
): Promise<Received> {
  const { bucket, signal } = place
  const hash = createHash('sha256')
  let sizeBytes = begun?.sizeBytes ?? 0
  let progressed = false

  async function* hashed(bytes: BodyOfPart['bytes']): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      signal.throwIfAborted()
      sizeBytes += chunk.length
      if (sizeBytes > mostBytes) throw tooLarge()
      hash.update(chunk)
      onBytes(chunk.length)
      yield chunk
    }
  }

  async function* hashedBodies(): AsyncGenerator<BodyOfPart> {
    for await (const { length, bytes } of bodies) yield { length, bytes: hashed(bytes) }
  }

  try {
    if (totalBytes !== undefined && totalBytes > mostBytes) throw tooLarge()
    const onPart = () => {
      progressed = true
    }
    const { proven } = await upload(bucket, key, hashedBodies(), { begun, onPart })
    const streamed = hash.digest('hex')
    // What came before this attempt was hashed by a process that may be gone: the whole is read back.
    if (proven && !begun) return { key, sha256: streamed, sizeBytes }
    const sums = createPartSums(partSizeOf(totalBytes))
    const sha256 = await digestOf(place, key, { signal, onChunk: sums.update })
    const etags = begun?.parts.map(({ etag }) => etag) ?? []
    const isWhole = begun ? arePartsWhole(etags, sums.digests(), progressed && !proven) : sha256 === streamed
    if (!isWhole) {
      await bucket.remove(key)
      throw new RetrievalFailure('own', 'The object store does not hold what was sent to it.')
    }
    return { key, sha256, sizeBytes }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof EmptyFile) throw new RetrievalFailure('final', 'The file at the source is empty.')
    const { kind, message, waitMs, status, cause } = storeFailure(error)
    throw new RetrievalFailure(kind, message, { waitMs, status, progressed, cause })
  } finally {
    close()
  }
}

const tooLarge = () => new RetrievalFailure('final', `The file is larger than ${mostBytes / 2 ** 40} TiB.`)

/** The body's chunks; what breaks while reading is told apart from what breaks while writing. */
async function* chunksOf(body: Download['body']): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array
  } catch (error) {
    throw failureOf(error, 'The download broke off: the connection to the source')
  }
}
