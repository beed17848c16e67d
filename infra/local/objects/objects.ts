import { pipeline } from 'node:stream/promises'
import type { Guard, StoredObject } from './catalog.ts'
import { type Conditions, etagsMatch, evaluate, parseRange } from './conditions.ts'
import { S3Error } from './errors.ts'
import { commit, type Exchange, isoDate, quoted, type Store, sendEmpty, sendXml } from './exchange.ts'
import { checkMd5 } from './payload.ts'
import { parameter } from './request.ts'
import { children, parseDocument, textOf } from './xml.ts'

const keptNames = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]
const metaPrefix = 'x-amz-meta-'
const mostMetaBytes = 2048
const mostDeletions = 1000

/** The headers of a PUT that later GETs give back. Throws MetadataTooLarge. */
export function keptHeaders({ incoming, header }: Exchange): Record<string, string> {
  const meta = Object.keys(incoming.headersDistinct).filter((name) => name.startsWith(metaPrefix))
  const entries = [...keptNames, ...meta].flatMap((name) => {
    const value = header(name)
    // aws-chunked frames the upload and is no property of the object.
    const kept =
      name === 'content-encoding'
        ? value?.replace(/(^|,)\s*aws-chunked\s*(?=,|$)/, '').replace(/^,/, '')
        : value
    return kept ? [[name, kept] as const] : []
  })
  const size = entries.reduce(
    (sum, [name, value]) => (name.startsWith(metaPrefix) ? sum + name.length + value.length : sum),
    0,
  )
  if (size > mostMetaBytes)
    throw new S3Error('MetadataTooLarge', `User metadata may have ${mostMetaBytes} bytes.`)
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(entries) }
}

const failed = () => new S3Error('PreconditionFailed', 'A precondition of the request does not hold.')

/** What a conditional write asks of the object it would replace (S3 user guide, "Conditional writes"). */
export function writeGuard({ header }: Exchange): Guard {
  const [match, noneMatch] = [header('if-match'), header('if-none-match')]
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match on a write can only be "*".')
  }
  return (current) => {
    if (noneMatch && current) throw failed()
    if (match !== undefined && !current) throw noSuchKey()
    if (match !== undefined && current && !etagsMatch(match, current.etag)) throw failed()
  }
}

const noSuchKey = () => new S3Error('NoSuchKey', 'There is no object with this key.')

export function requireObject({ catalog }: Store, bucket: string, key: string): StoredObject {
  const found = catalog.object(bucket, key)
  if (!found) throw noSuchKey()
  return found
}

export async function putObject(store: Store, exchange: Exchange): Promise<void> {
  const { bucket, key, incoming, response } = exchange
  const headers = keptHeaders(exchange)
  const guard = writeGuard(exchange)
  // Asked once before the bytes are taken, so that a refusal is early, and once for good when they are replaced.
  guard(store.catalog.object(bucket, key))
  const { id, size, md5 } = await store.blobs.write(exchange.payload())
  const segments = [{ id, size }]
  await commit(store, segments, () => {
    checkMd5(incoming, md5)
    return store.catalog.putObject(
      bucket,
      { key, size, etag: md5, modified: store.now(), headers, segments },
      guard,
    )
  })
  response.setHeader('ETag', quoted(md5))
  sendEmpty(response, 200)
}

function setObjectHeaders({ query, response }: Exchange, object: StoredObject): void {
  for (const [name, value] of Object.entries(object.headers)) response.setHeader(name, value)
  for (const name of keptNames) {
    const override = parameter(query, `response-${name}`)
    if (override !== undefined) response.setHeader(name, override)
  }
  response.setHeader('ETag', quoted(object.etag))
  response.setHeader('Last-Modified', new Date(object.modified).toUTCString())
  response.setHeader('Accept-Ranges', 'bytes')
}

function readConditions(header: Exchange['header'], prefix = ''): Conditions {
  return {
    match: header(`${prefix}if-match`),
    noneMatch: header(`${prefix}if-none-match`),
    modifiedSince: header(`${prefix}if-modified-since`),
    unmodifiedSince: header(`${prefix}if-unmodified-since`),
  }
}

/** GET and HEAD, which differ only in the bytes. */
export async function getObject(store: Store, exchange: Exchange): Promise<void> {
  const { response, header, method } = exchange
  const object = requireObject(store, exchange.bucket, exchange.key)
  const verdict = evaluate(readConditions(header), object)
  if (verdict === 'failed') throw failed()
  const ifRange = header('if-range')
  const whole = ifRange !== undefined && !etagsMatch(ifRange, object.etag)
  const range = whole || verdict === 'unchanged' ? undefined : parseRange(header('range'), object.size)
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${object.size}`)
    throw new S3Error('InvalidRange', `The object has ${object.size} bytes, none of them in that range.`)
  }
  setObjectHeaders(exchange, object)
  if (verdict === 'unchanged') return sendEmpty(response, 304)
  const { start, end } = range ?? { start: 0, end: object.size - 1 }
  response.statusCode = range ? 206 : 200
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${object.size}`)
  response.setHeader('Content-Length', end - start + 1)
  if (method === 'HEAD') return void response.end()
  const release = store.blobs.hold(object.segments)
  await pipeline(store.blobs.read(object.segments, start, end), response).finally(release)
}

export async function deleteObject(
  { catalog, blobs }: Store,
  { bucket, key, response }: Exchange,
): Promise<void> {
  await blobs.remove(catalog.removeObjects(bucket, [key]))
  sendEmpty(response, 204)
}

export async function deleteObjects({ catalog, blobs }: Store, exchange: Exchange): Promise<void> {
  catalog.requireBucket(exchange.bucket)
  const request = parseDocument(await exchange.document(), 'Delete')
  const keys = children(request, 'Object').map((one) => textOf(one, 'Key') ?? '')
  if (keys.length === 0 || keys.length > mostDeletions || keys.includes('')) {
    throw new S3Error('MalformedXML', `A Delete document names 1 to ${mostDeletions} keys.`)
  }
  await blobs.remove(catalog.removeObjects(exchange.bucket, keys))
  const quiet = textOf(request, 'Quiet')?.trim() === 'true'
  sendXml(exchange.response, 'DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) })
}

/** The object that `x-amz-copy-source` names, if it passes the x-amz-copy-source-if-* conditions. */
export function copySource(store: Store, { header }: Exchange): StoredObject & { bucket: string } {
  const [path = '', version = 'null'] = (header('x-amz-copy-source') ?? '')
    .replace(/^\//, '')
    .split('?versionId=')
  const [, bucket = '', name = ''] = path.match(/^([^/]+?)(?:\/|%2F)(.+)$/is) ?? []
  if (!bucket) throw new S3Error('InvalidArgument', 'x-amz-copy-source must be bucket/key.')
  if (version !== 'null') throw new S3Error('NotImplemented', 'This store keeps no versions.')
  let key: string
  try {
    key = decodeURIComponent(name)
  } catch {
    throw new S3Error('InvalidArgument', 'x-amz-copy-source is not percent-encoded UTF-8.')
  }
  const object = requireObject(store, bucket, key)
  const verdict = evaluate(readConditions(header, 'x-amz-copy-source-'), object)
  if (verdict !== 'proceed') throw failed()
  return { ...object, bucket }
}

export async function copyObject(store: Store, exchange: Exchange): Promise<void> {
  const { bucket, key, header, response } = exchange
  store.catalog.requireBucket(bucket)
  const guard = writeGuard(exchange)
  const source = copySource(store, exchange)
  const replace = header('x-amz-metadata-directive') === 'REPLACE'
  if (!replace && source.bucket === bucket && source.key === key) {
    throw new S3Error('InvalidRequest', 'An object can be copied onto itself only to replace its metadata.')
  }
  const headers = replace ? keptHeaders(exchange) : source.headers
  const release = store.blobs.hold(source.segments)
  const segments = await store.blobs.duplicate(source.segments).finally(release)
  const modified = store.now()
  const { size, etag } = source
  await commit(store, segments, () =>
    store.catalog.putObject(bucket, { key, size, etag, modified, headers, segments }, guard),
  )
  response.setHeader('ETag', quoted(etag))
  sendXml(response, 'CopyObjectResult', { LastModified: isoDate(modified), ETag: quoted(etag) })
}
