import { createHash, randomBytes } from 'node:crypto'
import { keyEncoder } from './buckets.ts'
import type { Part } from './catalog.ts'
import { parseRange } from './conditions.ts'
import { S3Error } from './errors.ts'
import { commit, type Exchange, isoDate, quoted, type Store, sendEmpty, sendXml } from './exchange.ts'
import { listPage } from './listing.ts'
import { copySource, keptHeaders, writeGuard } from './objects.ts'
import { checkMd5, mostPutBytes } from './payload.ts'
import { numberParameter, parameter } from './request.ts'
import { children, parseDocument, textOf } from './xml.ts'

const mostParts = 10_000
const leastPartBytes = 5 * 1024 ** 2
const mostListed = 1000

const uploadIdOf = ({ query }: Exchange) => parameter(query, 'uploadId') ?? ''

export function initiateUpload({ catalog, now }: Store, exchange: Exchange): void {
  const { bucket, key, response } = exchange
  const initiated = now()
  // Ids sort by age, and the letter keeps them from looking like a number to clients that guess types.
  const id = `u${initiated.toString(16).padStart(12, '0')}${randomBytes(16).toString('hex')}`
  catalog.createUpload(bucket, { id, key, initiated, headers: keptHeaders(exchange) })
  sendXml(response, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id })
}

async function storePart(
  store: Store,
  exchange: Exchange,
  source: AsyncIterable<Buffer>,
  check: (md5: string) => void,
) {
  const { bucket, key, query } = exchange
  const number = numberParameter(query, 'partNumber', 0, 1)
  if (number < 1 || number > mostParts) {
    throw new S3Error('InvalidArgument', `partNumber must lie between 1 and ${mostParts}.`)
  }
  const upload = uploadIdOf(exchange)
  store.catalog.requireUpload(bucket, key, upload)
  const { id, size, md5 } = await store.blobs.write(source)
  const part: Part = { number, size, etag: md5, modified: store.now(), blob: id }
  await commit(store, [{ id, size }], () => {
    check(md5)
    return store.catalog.putPart(bucket, key, upload, part)
  })
  return part
}

export async function uploadPart(store: Store, exchange: Exchange): Promise<void> {
  const check = (md5: string) => checkMd5(exchange.incoming, md5)
  const { etag } = await storePart(store, exchange, exchange.payload(), check)
  exchange.response.setHeader('ETag', quoted(etag))
  sendEmpty(exchange.response, 200)
}

export async function copyPart(store: Store, exchange: Exchange): Promise<void> {
  const source = copySource(store, exchange)
  const asked = exchange.header('x-amz-copy-source-range')
  const range = asked === undefined ? { start: 0, end: source.size - 1 } : parseRange(asked, source.size)
  if (!range || range === 'unsatisfiable' || range.end - range.start >= mostPutBytes) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-copy-source-range must be bytes=first-last within the source.',
    )
  }
  const release = store.blobs.hold(source.segments)
  const bytes = store.blobs.read(source.segments, range.start, range.end)
  const { etag, modified } = await storePart(store, exchange, bytes, () => {}).finally(release)
  exchange.response.setHeader('ETag', quoted(etag))
  sendXml(exchange.response, 'CopyPartResult', { LastModified: isoDate(modified), ETag: quoted(etag) })
}

export type Chosen = { number: number; etag: string }

/**
 * The stored parts that a completion names. Throws InvalidPartOrder, InvalidPart for one that is missing or has
 * another ETag, EntityTooSmall for one below 5 MiB that is not the last (S3 API reference, CompleteMultipartUpload).
 */
export function chooseParts(stored: readonly Part[], chosen: readonly Chosen[]): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]))
  if (chosen.some(({ number }, index) => number <= (chosen[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The parts must be listed by ascending number.')
  }
  return chosen.map(({ number, etag }, index) => {
    const part = byNumber.get(number)
    if (!part || part.etag !== etag)
      throw new S3Error('InvalidPart', `Part ${number} is missing or has another ETag.`)
    if (part.size < leastPartBytes && index < chosen.length - 1) {
      throw new S3Error(
        'EntityTooSmall',
        `Part ${number} has ${part.size} bytes; all but the last need ${leastPartBytes}.`,
      )
    }
    return part
  })
}

export function multipartEtag(parts: readonly Part[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')))
  return `${createHash('md5').update(digests).digest('hex')}-${parts.length}`
}

export async function completeUpload(store: Store, exchange: Exchange): Promise<void> {
  const { bucket, key, path, response } = exchange
  const id = uploadIdOf(exchange)
  const { headers } = store.catalog.requireUpload(bucket, key, id)
  const guard = writeGuard(exchange)
  const chosen = children(parseDocument(await exchange.document(), 'CompleteMultipartUpload'), 'Part').map(
    (part) => ({
      number: Number(textOf(part, 'PartNumber')),
      etag: (textOf(part, 'ETag') ?? '').trim().replaceAll('"', ''),
    }),
  )
  if (chosen.length === 0) throw new S3Error('MalformedXML', 'A completion must list at least one part.')
  const parts = chooseParts(store.catalog.parts(id), chosen)
  const segments = parts.map(({ blob, size }) => ({ id: blob, size }))
  const size = segments.reduce((sum, segment) => sum + segment.size, 0)
  const etag = multipartEtag(parts)
  const object = { key, size, etag, modified: store.now(), headers, segments }
  await commit(store, [], () => store.catalog.completeUpload(bucket, id, object, guard))
  sendXml(response, 'CompleteMultipartUploadResult', {
    Location: path,
    Bucket: bucket,
    Key: key,
    ETag: quoted(etag),
  })
}

export async function abortUpload({ catalog, blobs }: Store, exchange: Exchange): Promise<void> {
  await blobs.remove(catalog.abortUpload(exchange.bucket, exchange.key, uploadIdOf(exchange)))
  sendEmpty(exchange.response, 204)
}

export function listParts({ catalog }: Store, exchange: Exchange): void {
  const { bucket, key, query, response } = exchange
  const upload = catalog.requireUpload(bucket, key, uploadIdOf(exchange))
  const marker = numberParameter(query, 'part-number-marker', 0)
  const limit = Math.min(numberParameter(query, 'max-parts', mostListed), mostListed)
  const rest = catalog.parts(upload.id).filter(({ number }) => number > marker)
  const page = rest.slice(0, limit)
  sendXml(response, 'ListPartsResult', {
    Bucket: bucket,
    Key: keyEncoder(exchange)(key),
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: limit,
    IsTruncated: limit > 0 && rest.length > limit,
    Part: page.map(({ number, modified, etag, size }) => ({
      PartNumber: number,
      LastModified: isoDate(modified),
      ETag: quoted(etag),
      Size: size,
    })),
  })
}

export function listUploads({ catalog }: Store, exchange: Exchange): void {
  const { bucket, query, response } = exchange
  catalog.requireBucket(bucket)
  const value = (name: string) => parameter(query, name) ?? ''
  const encode = keyEncoder(exchange)
  const [prefix, delimiter, key, id] = ['prefix', 'delimiter', 'key-marker', 'upload-id-marker'].map(
    value,
  ) as [string, string, string, string]
  const limit = Math.min(numberParameter(query, 'max-uploads', mostListed), mostListed)
  // With both markers the page may go on among the uploads of one key, so that key is scanned again.
  const within = key !== '' && id !== ''
  const page = listPage(
    function* (from) {
      const marker = Buffer.from(key)
      const start = within && Buffer.compare(marker, from) > 0 ? marker : from
      for (const upload of catalog.scanUploads(bucket, prefix, start)) {
        if (!within || upload.key !== key || upload.id > id) yield upload
      }
    },
    { prefix, delimiter, after: within ? '' : key, limit },
  )
  sendXml(response, 'ListMultipartUploadsResult', {
    Bucket: bucket,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter),
    KeyMarker: encode(key),
    UploadIdMarker: id,
    ...(page.truncated
      ? { NextKeyMarker: encode(page.last), NextUploadIdMarker: page.items.at(-1)?.id ?? '' }
      : {}),
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
