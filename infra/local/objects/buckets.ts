import { S3Error } from './errors.ts'
import { type Exchange, isoDate, quoted, type Store, sendEmpty, sendXml } from './exchange.ts'
import { type ListQuery, listPage } from './listing.ts'
import { numberParameter, parameter } from './request.ts'
import { uriEncode } from './signature.ts'
import { parseDocument, textOf } from './xml.ts'

const mostKeys = 1000

export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^[0-9.]+$/.test(name)
}

export function listBuckets({ catalog }: Store, { response }: Exchange): void {
  const Bucket = catalog
    .buckets()
    .map(({ name, created }) => ({ Name: name, CreationDate: isoDate(created) }))
  sendXml(response, 'ListAllMyBucketsResult', { Owner: { ID: 'berth' }, Buckets: { Bucket } })
}

export async function createBucket(store: Store, exchange: Exchange): Promise<void> {
  if (!isBucketName(exchange.bucket)) {
    throw new S3Error('InvalidBucketName', `"${exchange.bucket}" is not 3 to 63 of a-z, 0-9, dot and dash.`)
  }
  const text = Number(exchange.header('content-length') ?? 0) > 0 ? await exchange.document() : ''
  const region =
    text && textOf(parseDocument(text, 'CreateBucketConfiguration'), 'LocationConstraint')?.trim()
  if (region && region !== store.region) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      `This store is in ${store.region}, not in ${region}.`,
    )
  }
  store.catalog.createBucket(exchange.bucket, store.now())
  exchange.response.setHeader('Location', `/${exchange.bucket}`)
  sendEmpty(exchange.response, 200)
}

export function headBucket({ catalog, region }: Store, { bucket, response }: Exchange): void {
  catalog.requireBucket(bucket)
  response.setHeader('x-amz-bucket-region', region)
  sendEmpty(response, 200)
}

export async function deleteBucket({ catalog, blobs }: Store, { bucket, response }: Exchange): Promise<void> {
  await blobs.remove(catalog.dropBucket(bucket))
  sendEmpty(response, 204)
}

export function getLocation({ catalog, region }: Store, { bucket, response }: Exchange): void {
  catalog.requireBucket(bucket)
  // us-east-1 has the empty name here, for historical reasons (S3 API reference, GetBucketLocation).
  sendXml(response, 'LocationConstraint', { '#text': region === 'us-east-1' ? '' : region })
}

/** What a listing says of keys, encoded when the client asked for it; slashes stay readable, as in S3. */
export function keyEncoder({ query }: Exchange): (text: string) => string {
  const type = parameter(query, 'encoding-type') ?? ''
  if (type !== '' && type !== 'url') throw new S3Error('InvalidArgument', 'encoding-type can only be "url".')
  return type ? (text) => text.split('/').map(uriEncode).join('/') : (text) => text
}

// The letter keeps a token from looking like a number to clients that guess types.
const tokenOf = (last: string) => `k${Buffer.from(last).toString('base64url')}`

function fromToken(token: string): string {
  const last = Buffer.from(token.slice(1), 'base64url').toString()
  if (tokenOf(last) === token) return last
  throw new S3Error('InvalidArgument', 'The continuation token is not one that this store gave.')
}

/** ListObjects and ListObjectsV2, which differ in how a page is continued. */
export function listObjects({ catalog }: Store, exchange: Exchange): void {
  const { bucket, query, response } = exchange
  catalog.requireBucket(bucket)
  const value = (name: string) => parameter(query, name) ?? ''
  const encode = keyEncoder(exchange)
  const second = value('list-type') === '2'
  const token = value('continuation-token')
  const asked: ListQuery = {
    prefix: value('prefix'),
    delimiter: value('delimiter'),
    after: second ? (token ? fromToken(token) : value('start-after')) : value('marker'),
    limit: Math.min(numberParameter(query, 'max-keys', mostKeys), mostKeys),
  }
  const page = listPage((from) => catalog.scanObjects(bucket, asked.prefix, from), asked)
  const optional = (name: string, text: string | false) => (text ? { [name]: text } : {})
  sendXml(response, 'ListBucketResult', {
    Name: bucket,
    Prefix: encode(asked.prefix),
    ...optional('Delimiter', encode(asked.delimiter)),
    MaxKeys: asked.limit,
    ...optional('EncodingType', value('encoding-type')),
    ...(second
      ? {
          KeyCount: page.items.length + page.prefixes.length,
          ...optional('StartAfter', encode(value('start-after'))),
          ...optional('ContinuationToken', token),
          ...optional('NextContinuationToken', page.truncated && tokenOf(page.last)),
        }
      : { Marker: encode(asked.after), ...optional('NextMarker', page.truncated && encode(page.last)) }),
    IsTruncated: page.truncated,
    Contents: page.items.map(({ key, modified, etag, size }) => ({
      Key: encode(key),
      LastModified: isoDate(modified),
      ETag: quoted(etag),
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  })
}
