import { createHash, randomBytes } from 'node:crypto'
import { readListing } from './buckets.ts'
import type { Part } from './catalog.ts'
import { parseRange } from './conditions.ts'
import { S3Error } from './errors.ts'
import {
  commit,
  type Exchange,
  isoDate,
  quoted,
  type Store,
  sendEmpty,
  sendXml,
  versionOf,
} from './exchange.ts'
import { listPage } from './listing.ts'
import { copySource, keptHeaders, writeGuard } from './objects.ts'
import { checkMd5, mostPutBytes } from './payload.ts'
import { numberParameter, parameter } from './request.ts'
import { children, parseDocument, textOf } from './xml.ts'

const mostParts = 10_000
const leastPartBytes = 5 * 1024 ** 2

const uploadIdOf = ({ query }: Exchange) => parameter(query, 'uploadId') ?? ''

export function initiateUpload({ catalog }: Store, exchange: Exchange): void {
  const { bucket, key } = exchange
  const initiated = Date.now()
  // Ids sort by age, and the letter keeps them from looking like a number to clients that guess types.
  const id = `u${initiated.toString(16).padStart(12, '0')}${randomBytes(16).toString('hex')}`
  catalog.createUpload(bucket, { id, key, initiated, headers: keptHeaders(exchange) })
  sendXml(exchange, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id })
}

async function storePart(store: Store, exchange: Exchange, source: AsyncIterable<Buffer>): Promise<Part> {
  const { bucket, key, query, incoming } = exchange
  const number = numberParameter(query, 'partNumber', 0)
  if (number < 1 || number > mostParts) {
    throw new S3Error('InvalidArgument', `partNumber must lie between 1 and ${mostParts}.`)
  }
  const upload = uploadIdOf(exchange)
  store.catalog.requireUpload(bucket, key, upload)
  const { id, size, md5 } = await store.blobs.write(source)
  const part: Part = { number, size, etag: md5, modified: Date.now(), blob: id }
  await commit(store, [{ id, size }], () => {
    checkMd5(incoming, md5)
    return store.catalog.putPart(bucket, key, upload, part)
  })
  return part
}

export async function uploadPart(store: Store, exchange: Exchange): Promise<void> {
  const { etag } = await storePart(store, exchange, exchange.payload())
  exchange.response.setHeader('ETag', quoted(etag))
  sendEmpty(exchange)
}

export async function copyPart(store: Store, exchange: Exchange): Promise<void> {
  const { size, segments } = copySource(store, exchange)
  const asked = exchange.header('x-amz-copy-source-range')
  const range = asked === undefined ? { start: 0, end: size - 1 } : parseRange(asked, size)
  if (!range || range === 'unsatisfiable' || range.end - range.start >= mostPutBytes) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-copy-source-range must be bytes=first-last within the source.',
    )
  }
  const release = store.blobs.hold(segments)
  const bytes = store.blobs.read(segments, range.start, range.end)
  const part = await storePart(store, exchange, bytes).finally(release)
  sendXml(exchange, 'CopyPartResult', versionOf(part))
}

type Chosen = { number: number; etag: string }

/**
 * The stored parts that a completion names. Throws InvalidPartOrder, InvalidPart for one that is missing or has
 * another ETag, EntityTooSmall for one below 5 MiB that is not the last (S3 API reference, CompleteMultipartUpload).
 */
function chooseParts(stored: readonly Part[], chosen: readonly Chosen[]): Part[] {
  if (chosen.length === 0) throw new S3Error('MalformedXML', 'A completion must list at least one part.')
  if (chosen.some(({ number }, index) => number <= (chosen[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The parts must be listed by ascending number.')
  }
  const byNumber = new Map(stored.map((part) => [part.number, part]))
  return chosen.map(({ number, etag }, index) => {
    const part = byNumber.get(number)
    if (part?.etag !== etag)
      throw new S3Error('InvalidPart', `Part ${number} is missing or has another ETag.`)
    if (part.size >= leastPartBytes || index === chosen.length - 1) return part
    const message = `Part ${number} has ${part.size} bytes; all but the last need ${leastPartBytes}.`
    throw new S3Error('EntityTooSmall', message)
  })
}

function multipartEtag(parts: readonly Part[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')))
  return `${createHash('md5').update(digests).digest('hex')}-${parts.length}`
}

export async function completeUpload(store: Store, exchange: Exchange): Promise<void> {
  const { bucket, key, path } = exchange
  const id = uploadIdOf(exchange)
  const { headers } = store.catalog.requireUpload(bucket, key, id)
  const guard = writeGuard(exchange)
  const listed = children(parseDocument(await exchange.document(), 'CompleteMultipartUpload'), 'Part')
  const chosen = listed.map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: (textOf(part, 'ETag') ?? '').trim().replaceAll('"', ''),
  }))
  const parts = chooseParts(store.catalog.parts(id), chosen)
  const segments = parts.map(({ blob, size }) => ({ id: blob, size }))
  const size = segments.reduce((sum, segment) => sum + segment.size, 0)
  const object = { key, size, etag: multipartEtag(parts), modified: Date.now(), headers, segments }
  await commit(store, [], () => store.catalog.completeUpload(bucket, id, object, guard))
  const told = { Location: path, Bucket: bucket, Key: key, ETag: quoted(object.etag) }
  sendXml(exchange, 'CompleteMultipartUploadResult', told)
}

export async function abortUpload({ catalog, blobs }: Store, exchange: Exchange): Promise<void> {
  await blobs.remove(catalog.abortUpload(exchange.bucket, exchange.key, uploadIdOf(exchange)))
  sendEmpty(exchange, 204)
}

export function listParts({ catalog }: Store, exchange: Exchange): void {
  const { bucket, key, query } = exchange
  const upload = catalog.requireUpload(bucket, key, uploadIdOf(exchange))
  const marker = numberParameter(query, 'part-number-marker', 0)
  const { encode, limit } = readListing(exchange, 'max-parts')
  const rest = catalog.parts(upload.id).filter(({ number }) => number > marker)
  const page = rest.slice(0, limit)
  sendXml(exchange, 'ListPartsResult', {
    Bucket: bucket,
    Key: encode(key),
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: limit,
    IsTruncated: limit > 0 && rest.length > limit,
    Part: page.map((part) => ({ PartNumber: part.number, ...versionOf(part), Size: part.size })),
  })
}

export function listUploads({ catalog }: Store, exchange: Exchange): void {
  const { bucket } = exchange
  catalog.requireBucket(bucket)
  const { value, encode, limit } = readListing(exchange, 'max-uploads')
  const [prefix, delimiter] = [value('prefix'), value('delimiter')]
  const [key, id] = [value('key-marker'), value('upload-id-marker')]
  // With both markers the page may go on among the uploads of one key.
  const [marker, after] = id ? [{ key, id }, ''] : [{ key: '', id: '' }, key]
  const page = listPage((from) => catalog.scanUploads(bucket, prefix, from, marker), {
    prefix,
    delimiter,
    after,
    limit,
  })
  sendXml(exchange, 'ListMultipartUploadsResult', {
    Bucket: bucket,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter),
    KeyMarker: encode(key),
    UploadIdMarker: id,
    NextKeyMarker: page.truncated ? encode(page.last) : undefined,
    NextUploadIdMarker: page.truncated ? (page.items.at(-1)?.id ?? '') : undefined,
    MaxUploads: limit,
    IsTruncated: page.truncated,
    Upload: page.items.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      StorageClass: 'STANDARD',
      Initiated: isoDate(upload.initiated),
    })),
    CommonPrefixes: page.prefixes.map((one) => ({ Prefix: encode(one) })),
  })
}
