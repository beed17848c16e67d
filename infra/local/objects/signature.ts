import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { S3Error } from './errors.ts'
import { header, parameter, type Query, type Target } from './request.ts'

const algorithm = 'AWS4-HMAC-SHA256'
const skewMs = 15 * 60_000
const mostExpiresSeconds = 7 * 24 * 3600
const emptySha256 = createHash('sha256').digest('hex')

export type Trust = { credentials: ReadonlyMap<string, string>; region: string; now: () => number }

/** What signs the next chunk of a streamed body: SigV4, "Chunked upload", starting at the request's signature. */
export type ChunkKey = { key: Buffer; date: string; scope: string; seed: string }

/** A request whose signature holds. `payload` is what it says of its body, `x-amz-content-sha256`. */
export type Grant = { payload: string; chunkKey: ChunkKey }

/** What a request says of who signed it, when, and over which headers; a presigned one also for how long. */
type Claim = {
  accessKey: string
  day: string
  region: string
  date: string
  names: string[]
  signature: string
  expiresMs: number | undefined
}

export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** SigV4, "Create a canonical request"; S3 encodes each path segment once and folds no `..`. */
export function canonicalRequest(
  method: string,
  { path, query }: Pick<Target, 'path' | 'query'>,
  headers: readonly (readonly [string, string])[],
  payload: string,
): string {
  const pairs = query.map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const sorted = pairs.toSorted((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
  return [
    method,
    path.split('/').map(uriEncode).join('/'),
    sorted.map((pair) => pair.join('=')).join('&'),
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    headers.map(([name]) => name).join(';'),
    payload,
  ].join('\n')
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

export function signingKey(secret: string, day: string, region: string): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request')
}

export function requestSignature(key: Buffer, date: string, scope: string, canonical: string): string {
  // Node hands header bytes over as Latin-1, so that is how they become bytes again.
  const digest = createHash('sha256').update(canonical, 'latin1').digest('hex')
  return hmac(key, [algorithm, date, scope, digest].join('\n')).toString('hex')
}

/** The signature of a chunk whose data has this SHA-256, given the signature before it. */
export function chunkSignature({ key, date, scope }: ChunkKey, previous: string, sha256: string): string {
  const lines = [`${algorithm}-PAYLOAD`, date, scope, previous, emptySha256, sha256]
  return hmac(key, lines.join('\n')).toString('hex')
}

export function sameSignature(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The same fields stand in the Authorization header and, one by one, in the query of a presigned URL. */
function readClaim(incoming: IncomingMessage, query: Query): Claim {
  const authorization = header(incoming, 'authorization')
  const presigned = parameter(query, 'X-Amz-Signature') !== undefined
  if (authorization && presigned) {
    throw new S3Error('InvalidArgument', 'Only one way to authenticate is allowed.')
  }
  if (!authorization && !presigned) throw new S3Error('AccessDenied', 'The request is not signed.')
  const [, name, listed = ''] = authorization?.match(/^(\S+) (.*)$/) ?? []
  const pairs = listed
    .split(',')
    .map((pair) => [pair.trim().split('=', 1)[0], pair.trim().replace(/^\w+=/, '')])
  const fields: Record<string, string | undefined> = presigned
    ? Object.fromEntries(query.map(([one, value]) => [one.replace(/^X-Amz-/, ''), value]))
    : { ...Object.fromEntries(pairs), Algorithm: name, Date: header(incoming, 'x-amz-date') }
  const [, accessKey, day, region] =
    fields.Credential?.match(/^(.+)\/([0-9]{8})\/([^/]+)\/s3\/aws4_request$/) ?? []
  const names = fields.SignedHeaders?.split(';') ?? []
  const { Signature: signature = '', Date: date = '', Expires: expires = '' } = fields
  const isComplete = accessKey && day && region && names.includes('host') && /^[0-9a-f]{64}$/.test(signature)
  const lives = /^[0-9]{1,6}$/.test(expires) && Number(expires) >= 1 && Number(expires) <= mostExpiresSeconds
  if (fields.Algorithm !== algorithm || !isComplete || (presigned && !lives)) {
    throw presigned
      ? new S3Error(
          'AuthorizationQueryParametersError',
          `The presigned URL must be complete, and expire after 1 to ${mostExpiresSeconds} seconds.`,
        )
      : new S3Error(
          'AuthorizationHeaderMalformed',
          `The Authorization header is no complete ${algorithm} one.`,
        )
  }
  return {
    accessKey,
    day,
    region,
    date,
    names,
    signature,
    expiresMs: presigned ? Number(expires) * 1000 : undefined,
  }
}

function checkTime({ date, day, expiresMs }: Claim, now: number): void {
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(at) || !date.startsWith(day)) {
    throw new S3Error(
      'AccessDenied',
      'The request needs an X-Amz-Date like 20250131T235959Z, of the credential’s day.',
    )
  }
  if (expiresMs === undefined) {
    if (Math.abs(now - at) <= skewMs) return
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The request’s time differs from the store’s by over 15 minutes.',
    )
  }
  if (at - now > skewMs) throw new S3Error('AccessDenied', 'The presigned URL is not valid yet.')
  if (now > at + expiresMs) throw new S3Error('AccessDenied', 'Request has expired')
}

/** A URL can be signed before its body is known; there a hash counts only when the signature covers it. */
function payloadOf(incoming: IncomingMessage, { names, expiresMs }: Claim): string {
  const name = 'x-amz-content-sha256'
  if (expiresMs !== undefined && !names.includes(name)) return 'UNSIGNED-PAYLOAD'
  const payload = header(incoming, name)
  if (!payload) throw new S3Error('InvalidRequest', `The header ${name} is missing.`)
  return payload
}

/**
 * Checks who signed the request (SigV4, header or presigned query). Throws AccessDenied for an unsigned or
 * expired one, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, or a code naming the malformed part.
 */
export function verify(incoming: IncomingMessage, target: Target, trust: Trust): Grant {
  const claim = readClaim(incoming, target.query)
  checkTime(claim, trust.now())
  const { accessKey, day, region, date, names, signature, expiresMs } = claim
  const secret = trust.credentials.get(accessKey)
  if (secret === undefined) {
    throw new S3Error('InvalidAccessKeyId', 'The access key is not one of this store’s.')
  }
  // A client learns the region from ?location, so it cannot know it when it signs that request.
  if (region !== trust.region && parameter(target.query, 'location') === undefined) {
    throw new S3Error('AuthorizationHeaderMalformed', `The region is ${trust.region}, not "${region}".`)
  }
  const payload = payloadOf(incoming, claim)
  const unsigned = Object.keys(incoming.headersDistinct).filter(
    (name) =>
      name.startsWith('x-amz-') && !names.includes(name) && !(expiresMs && name === 'x-amz-content-sha256'),
  )
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', `The signature must cover the headers ${unsigned.join(', ')}.`)
  }
  const headers = names.map((name) => [name, header(incoming, name) ?? ''] as const)
  const query = target.query.filter(([name]) => name !== 'X-Amz-Signature')
  const canonical = canonicalRequest(incoming.method ?? '', { path: target.path, query }, headers, payload)
  const scope = `${day}/${region}/s3/aws4_request`
  const key = signingKey(secret, day, region)
  if (!sameSignature(requestSignature(key, date, scope, canonical), signature)) {
    throw new S3Error('SignatureDoesNotMatch', 'The signature is not the one computed for this request.')
  }
  return { payload, chunkKey: { key, date, scope, seed: signature } }
}
