import { within } from '@berth/platform/deadline'
import type { Bucket } from './bucket.ts'
import { type BodyOfPart, putPart } from './part.ts'

const mebibyte = 2 ** 20
const mostParts = 10_000

/** The largest file that is taken: 1 TiB, which parts of 105 MiB hold. */
export const mostBytes = 2 ** 40

/**
 * How large the parts of an upload are, so that at most 10,000 of them (S3's limit) hold the file. What a process that dies
 * has to fetch again is a part at most: a small file has small ones. A file of unknown size may have 160 GB.
 */
export function partSizeOf(totalBytes: number | undefined): number {
  if (totalBytes === undefined) return 16 * mebibyte
  const wanted = Math.min(Math.max(totalBytes / 16, 8 * mebibyte), 64 * mebibyte)
  return Math.ceil(Math.max(wanted, totalBytes / mostParts) / mebibyte) * mebibyte
}

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
 */
export function wholeParts<Found extends Part & { size: number }>(
  found: readonly Found[],
  totalBytes: number,
): Found[] {
  const partBytes = partSizeOf(totalBytes)
  const sizeOf = (index: number) => Math.min(partBytes, totalBytes - index * partBytes)
  const ordered = found.toSorted((a, b) => a.part - b.part)
  const gap = ordered.findIndex(({ part, size }, index) => part !== index + 1 || size !== sizeOf(index))
  return ordered.slice(0, gap === -1 ? ordered.length : gap)
}

/** What became of an upload. */
export interface Uploaded {
  /** Whether the store proved, by the MD5 of each part, that it has what was sent to it. */
  proven: boolean
}

/**
 * Puts parts into the bucket under `key`, which nothing is seen of before all of it is there. A part is sent as its bytes
 * arrive, and the next one is asked for when the store has it: whoever dies loses one part at most. When the parts
 * break off, those that are there stay for another attempt: whoever does not go on with them must drop them. With `begun`,
 * `bodies` are what follows its parts.
 * @param onPart is told of each part that the store has
 */
export async function upload(
  { store, name }: Bucket,
  key: string,
  bodies: AsyncIterable<BodyOfPart>,
  { begun, onPart }: { begun?: Begun | undefined; onPart?: () => void } = {},
): Promise<Uploaded> {
  const uploadId = begun?.uploadId ?? (await within(20_000, store.initiateNewMultipartUpload(name, key, {})))
  const parts: Part[] = begun?.parts.map(({ part, etag }) => ({ part, etag })) ?? []
  let proven = true
  for await (const body of bodies) {
    const part = parts.length + 1
    const query = { uploadId, partNumber: String(part) }
    const url = await store.presignedUrl('PUT', name, key, 3_600, query)
    const { etag, md5 } = await putPart(url, body)
    // A store that encrypts may give an ETag that is no MD5.
    proven &&= etag === md5
    parts.push({ part, etag })
    onPart?.()
  }
  if (parts.length === 0) throw new EmptyFile('The file is empty.')
  await within(600_000, store.completeMultipartUpload(name, key, uploadId, parts))
  return { proven }
}

/** There was nothing to upload. */
export class EmptyFile extends Error {
  override name = 'EmptyFile'
}
