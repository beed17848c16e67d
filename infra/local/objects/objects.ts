import { pipeline } from 'node:stream/promises'
import type { Guard, StoredObject } from './catalog.ts'
import { etagsMatch, evaluate, parseRange } from './conditions.ts'
import { S3Error } from './errors.ts'
import { commit, type Exchange, quoted, type Store, sendEmpty, sendXml, versionOf } from './exchange.ts'
import { checkMd5 } from './payload.ts'
import { children, parseDocument, textOf } from './xml.ts'

const keptNames =
  /^(cache-control|content-disposition|content-encoding|content-language|content-type|expires)$/
const metaNames = /^x-amz-meta-/
const mostMetaBytes = 2048
const mostDeletions = 1000

/** The headers of a PUT that later GETs give back. Throws MetadataTooLarge. */
export function keptHeaders({ incoming, header }: Exchange): Record<string, string> {
  const names = Object.keys(incoming.headersDistinct)
  const kept = names
    .filter((name) => keptNames.test(name) || metaNames.test(name))
    .map((name) => [name, header(name) ?? ''] as const)
    // aws-chunked frames the upload and is no property of the object.
    .filter(([name, value]) => name !== 'content-encoding' || value !== 'aws-chunked')
  const meta = kept.filter(([name]) => metaNames.test(name))
  if (meta.flat().join('').length > mostMetaBytes) {
    throw new S3Error('MetadataTooLarge', `User metadata may have ${mostMetaBytes} bytes.`)
  }
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) }
}

const noSuchKey = () => new S3Error('NoSuchKey', 'There is no object with this key.')
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

function requireObject({ catalog }: Store, bucket: string, key: string): StoredObject {
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
    const object = { key, size, etag: md5, modified: Date.now(), headers, segments }
    return store.catalog.putObject(bucket, object, guard)
  })
  response.setHeader('ETag', quoted(md5))
  sendEmpty(exchange)
}

function setObjectHeaders({ query, response }: Exchange, { headers, etag, modified }: StoredObject): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  for (const [name, value] of query) {
    if (name.startsWith('response-')) response.setHeader(name.slice('response-'.length), value)
  }
  response.setHeader('ETag', quoted(etag))
  response.setHeader('Last-Modified', new Date(modified).toUTCString())
  response.setHeader('Accept-Ranges', 'bytes')
}

/** GET and HEAD, which differ only in the bytes. */
export async function getObject(store: Store, exchange: Exchange): Promise<void> {
  const { response, header, incoming } = exchange
  const object = requireObject(store, exchange.bucket, exchange.key)
  const verdict = evaluate(header, object)
  if (verdict === 'failed') throw failed()
  const isSame = etagsMatch(header('if-range') ?? '*', object.etag)
  const range = isSame && verdict === 'proceed' ? parseRange(header('range'), object.size) : undefined
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${object.size}`)
    throw new S3Error('InvalidRange', `The object has ${object.size} bytes, none of them in that range.`)
  }
  setObjectHeaders(exchange, object)
  if (verdict === 'unchanged') return sendEmpty(exchange, 304)
  const { start, end } = range ?? { start: 0, end: object.size - 1 }
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${object.size}`)
  response.setHeader('Content-Length', end - start + 1)
  response.statusCode = range ? 206 : 200
  if (incoming.method === 'HEAD') return void response.end()
  const release = store.blobs.hold(object.segments)
  await pipeline(store.blobs.read(object.segments, start, end), response).finally(release)
}

export async function deleteObject({ catalog, blobs }: Store, exchange: Exchange): Promise<void> {
  await blobs.remove(catalog.removeObjects(exchange.bucket, [exchange.key]))
  sendEmpty(exchange, 204)
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
  sendXml(exchange, 'DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) })
}

/** The object that `x-amz-copy-source` names, if it passes the x-amz-copy-source-if-* conditions. */
export function copySource(store: Store, { header }: Exchange): StoredObject & { bucket: string } {
  const text = header('x-amz-copy-source') ?? ''
  const [, bucket, name = ''] = text.match(/^\/?([^/?]+?)(?:\/|%2F)([^?]+)$/is) ?? []
  let key: string | undefined
  try {
    key = decodeURIComponent(name)
  } catch {
    // As one without a key.
  }
  if (!bucket || !key)
    throw new S3Error('InvalidArgument', 'x-amz-copy-source must be bucket/key, percent-encoded.')
  const object = requireObject(store, bucket, key)
  if (evaluate(header, object, 'x-amz-copy-source-') !== 'proceed') throw failed()
  return { ...object, bucket }
}

export async function copyObject(store: Store, exchange: Exchange): Promise<void> {
  const { bucket, key, header } = exchange
  store.catalog.requireBucket(bucket)
  const guard = writeGuard(exchange)
  const source = copySource(store, exchange)
  const replace = header('x-amz-metadata-directive') === 'REPLACE'
  if (!replace && source.bucket === bucket && source.key === key) {
    throw new S3Error('InvalidRequest', 'An object can be copied onto itself only to replace its metadata.')
  }
  const release = store.blobs.hold(source.segments)
  const segments = await store.blobs.duplicate(source.segments).finally(release)
  const headers = replace ? keptHeaders(exchange) : source.headers
  const { size, etag } = source
  const copy = { key, size, etag, modified: Date.now(), headers, segments }
  await commit(store, segments, () => store.catalog.putObject(bucket, copy, guard))
  sendXml(exchange, 'CopyObjectResult', versionOf(copy))
}
