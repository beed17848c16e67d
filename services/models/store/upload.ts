import { createHash } from 'node:crypto'
import { within } from '@berth/platform/deadline'
import type { Bucket } from './bucket.ts'

const mebibyte = 2 ** 20
const mostParts = 10_000
const partWithinMs = 180_000

/** The largest file that is taken: 1 TiB, which parts of 105 MiB hold. */
export const mostBytes = 2 ** 40

/**
 * How large the parts of an upload are, so that at most 10,000 of them (S3's limit) hold the file. Two are in memory.
 * A file of unknown size may have 160 GB in parts of 16 MiB.
 */
export const partSizeOf = (totalBytes: number | undefined): number =>
  Math.max(16 * mebibyte, Math.ceil((totalBytes ?? 0) / mostParts / mebibyte) * mebibyte)

/** A part that the store has. */
interface Part {
  part: number
  etag: string
}

/** An upload that broke off, with the parts that it has of the file's beginning. */
export interface Begun {
  uploadId: string
  parts: Part[]
  sizeBytes: number
}

/**
 * The parts, of those that the store has, that a file of this size can go on from: whole ones, in a row from the first.
 * The last part of a file is always sent again, so that there is something to ask the source for.
 */
export function wholeParts<Found extends Part & { size: number }>(
  found: readonly Found[],
  totalBytes: number,
): Found[] {
  const partBytes = partSizeOf(totalBytes)
  const most = Math.ceil(totalBytes / partBytes) - 1
  const ordered = found.toSorted((a, b) => a.part - b.part)
  const gap = ordered.findIndex(({ part, size }, index) => part !== index + 1 || size !== partBytes)
  return ordered.slice(0, Math.min(gap === -1 ? ordered.length : gap, most))
}

/** A small file needs no block larger than itself. */
const blockSizeOf = (totalBytes: number | undefined): number =>
  Math.max(1, Math.min(partSizeOf(totalBytes), totalBytes ?? Number.POSITIVE_INFINITY))

/**
 * Cuts a stream of chunks into blocks of one size, the last one smaller. Two buffers take turns: a block is valid until
 * the one after the next is asked for, which is as long as an upload with one block under way needs it.
 */
export async function* inBlocks(
  chunks: AsyncIterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Buffer> {
  let filling = Buffer.allocUnsafeSlow(blockBytes)
  let resting: Buffer<ArrayBuffer> | undefined
  let filled = 0
  for await (let chunk of chunks) {
    while (chunk.length > 0) {
      const taken = Math.min(chunk.length, blockBytes - filled)
      filling.set(chunk.subarray(0, taken), filled)
      filled += taken
      chunk = chunk.subarray(taken)
      if (filled < blockBytes) continue
      yield filling
      const next = resting ?? Buffer.allocUnsafeSlow(blockBytes)
      resting = filling
      filling = next
      filled = 0
    }
  }
  if (filled > 0) yield filling.subarray(0, filled)
}

/**
 * Puts a stream into the bucket under `key`, which nothing is seen of before all of it is there. A part is uploaded
 * while the next one fills. When the chunks break off, the parts stay for another attempt: whoever does not go on with them
 * must drop them. With `begun` the chunks are what follows those parts.
 *
 * The client's own putObject is not used: it never ends when its stream breaks off, and holds 64 MiB and more.
 */
export async function upload(
  { store, name }: Bucket,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  totalBytes: number | undefined,
  begun?: Begun,
): Promise<void> {
  const uploadId = begun?.uploadId ?? (await within(20_000, store.initiateNewMultipartUpload(name, key, {})))
  const parts: { part: number; etag?: string }[] =
    begun?.parts.map(({ part, etag }) => ({ part, etag })) ?? []
  let sending = Promise.resolve()
  for await (const block of inBlocks(chunks, blockSizeOf(totalBytes))) {
    await sending
    const part = parts.length + 1
    const entry: { part: number; etag?: string } = { part }
    parts.push(entry)
    sending = putPart(part, block).then((etag) => {
      entry.etag = etag
    })
    // It is awaited later: until then its failure must not count as one that nobody handles.
    sending.catch(() => undefined)
  }
  await sending
  if (parts.length === 0) throw new EmptyFile('The file is empty.')
  await within(600_000, store.completeMultipartUpload(name, key, uploadId, parts))

  async function putPart(partNumber: number, block: Buffer): Promise<string> {
    const md5 = createHash('md5').update(block).digest('base64')
    const headers = { 'content-length': block.length, 'content-md5': md5 }
    const part = { bucketName: name, objectName: key, uploadID: uploadId, partNumber, headers }
    return (await within(partWithinMs, store.uploadPart(part, block))).etag
  }
}

/** There was nothing to upload. */
export class EmptyFile extends Error {
  override name = 'EmptyFile'
}
