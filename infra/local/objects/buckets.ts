import { S3Error } from './errors.ts'
import { type Exchange, isoDate, type Store, sendEmpty, sendXml, versionOf } from './exchange.ts'
import { type ListQuery, listPage } from './listing.ts'
import { numberParameter, parameter } from './request.ts'
import { uriEncode } from './signature.ts'
import { parseDocument, textOf } from './xml.ts'

const mostListed = 1000

export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^[0-9.]+$/.test(name)
}

export function listBuckets({ catalog }: Store, exchange: Exchange): void {
  const Bucket = catalog
    .buckets()
    .map(({ name, created }) => ({ Name: name, CreationDate: isoDate(created) }))
  sendXml(exchange, 'ListAllMyBucketsResult', { Owner: { ID: 'berth' }, Buckets: { Bucket } })
}

export async function createBucket({ catalog, region }: Store, exchange: Exchange): Promise<void> {
  const { bucket, response } = exchange
  if (!isBucketName(bucket)) {
    throw new S3Error('InvalidBucketName', `"${bucket}" is not 3 to 63 of a-z, 0-9, dot and dash.`)
  }
  const text = Number(exchange.header('content-length') ?? 0) > 0 ? await exchange.document() : ''
  const wanted =
    text && textOf(parseDocument(text, 'CreateBucketConfiguration'), 'LocationConstraint')?.trim()
  if (wanted && wanted !== region) {
    throw new S3Error('IllegalLocationConstraintException', `This store is in ${region}, not in ${wanted}.`)
  }
  catalog.createBucket(bucket)
  response.setHeader('Location', `/${bucket}`)
  sendEmpty(exchange)
}

export function headBucket({ catalog, region }: Store, exchange: Exchange): void {
  catalog.requireBucket(exchange.bucket)
  exchange.response.setHeader('x-amz-bucket-region', region)
  sendEmpty(exchange)
}

export async function deleteBucket({ catalog, blobs }: Store, exchange: Exchange): Promise<void> {
  await blobs.remove(catalog.dropBucket(exchange.bucket))
  sendEmpty(exchange, 204)
}

export function getLocation({ catalog, region }: Store, exchange: Exchange): void {
  catalog.requireBucket(exchange.bucket)
  // us-east-1 has the empty name here, for historical reasons (S3 API reference, GetBucketLocation).
  sendXml(exchange, 'LocationConstraint', { '#text': region === 'us-east-1' ? '' : region })
}

/** What every listing is asked: its parameters by name, how many entries, and how it writes keys (slashes stay). */
export function readListing({ query }: Exchange, limitName: string) {
  const value = (name: string) => parameter(query, name) ?? ''
  if (!['', 'url'].includes(value('encoding-type'))) {
    throw new S3Error('InvalidArgument', 'encoding-type can only be "url".')
  }
  const inUrl = (text: string) => text.split('/').map(uriEncode).join('/')
  const encode = value('encoding-type') ? inUrl : (text: string) => text
  return { value, encode, limit: Math.min(numberParameter(query, limitName, mostListed), mostListed) }
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
  const { bucket } = exchange
  catalog.requireBucket(bucket)
  const { value, encode, limit } = readListing(exchange, 'max-keys')
  const [prefix, delimiter, token] = [value('prefix'), value('delimiter'), value('continuation-token')]
  const second = value('list-type') === '2'
  const after = second ? (token ? fromToken(token) : value('start-after')) : value('marker')
  const asked: ListQuery = { prefix, delimiter, after, limit }
  const { items, prefixes, last, truncated } = listPage(
    (from) => catalog.scanObjects(bucket, prefix, from),
    asked,
  )
  const next = second ? { NextContinuationToken: tokenOf(last) } : { NextMarker: encode(last) }
  sendXml(exchange, 'ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter ? encode(delimiter) : undefined,
    MaxKeys: limit,
    EncodingType: value('encoding-type') || undefined,
    ...(second
      ? { KeyCount: items.length + prefixes.length, ContinuationToken: token || undefined }
      : { Marker: encode(after) }),
    IsTruncated: truncated,
    ...(truncated ? next : {}),
    Contents: items.map((item) => ({
      Key: encode(item.key),
      ...versionOf(item),
      Size: item.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: prefixes.map((one) => ({ Prefix: encode(one) })),
  })
}
