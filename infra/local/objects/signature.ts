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
export type Grant = { accessKey: string; payload: string; chunkKey: ChunkKey }

type Claim = { accessKey: string; day: string; region: string; signedHeaders: string[]; signature: string }
type Signed = Claim & { date: string; payload: string; query: Query; expires?: string }

export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** SigV4, "Create a canonical request"; S3 encodes each path segment once and folds no `..`. */
export function canonicalRequest(
  method: string,
  path: string,
  query: Query,
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

export function signingKey(secret: string, day: string, region: string): Buffer {
  return [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  )
}

function sign(key: Buffer, lines: string[]): string {
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex')
}

export function requestSignature(key: Buffer, date: string, scope: string, canonical: string): string {
  // Node hands header bytes over as Latin-1, so that is how they become bytes again.
  const digest = createHash('sha256').update(canonical, 'latin1').digest('hex')
  return sign(key, [algorithm, date, scope, digest])
}

/** The signature of a chunk whose data has this SHA-256, given the signature before it. */
export function chunkSignature(chunk: ChunkKey, previous: string, sha256: string): string {
  return sign(chunk.key, [`${algorithm}-PAYLOAD`, chunk.date, chunk.scope, previous, emptySha256, sha256])
}

export function trailerSignature(chunk: ChunkKey, previous: string, sha256: string): string {
  return sign(chunk.key, [`${algorithm}-TRAILER`, chunk.date, chunk.scope, previous, sha256])
}

export function sameSignature(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function parseClaim(credential = '', signedHeaders = '', signature = ''): Claim | undefined {
  const [, accessKey, day, region] =
    credential.match(/^(.+)\/([0-9]{8})\/([^/]+)\/s3\/aws4_request$/) ?? ([] as (string | undefined)[])
  if (!accessKey || !day || !region || !/^[0-9a-f]{64}$/.test(signature)) return undefined
  const names = signedHeaders.split(';')
  return names.includes('host') ? { accessKey, day, region, signedHeaders: names, signature } : undefined
}

function fromHeader(incoming: IncomingMessage, authorization: string, query: Query): Signed {
  const fields = authorization.slice(algorithm.length).split(',')
  const field = (name: string) =>
    fields
      .map((text) => text.trim())
      .find((text) => text.startsWith(`${name}=`))
      ?.slice(name.length + 1)
  const claim = parseClaim(field('Credential'), field('SignedHeaders'), field('Signature'))
  if (!authorization.startsWith(`${algorithm} `) || !claim) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The Authorization header is not a complete ${algorithm} one.`,
    )
  }
  const payload = header(incoming, 'x-amz-content-sha256')
  if (!payload) throw new S3Error('InvalidRequest', 'The header x-amz-content-sha256 is missing.')
  return { ...claim, date: header(incoming, 'x-amz-date') ?? '', payload, query }
}

function fromQuery(incoming: IncomingMessage, query: Query): Signed {
  const field = (name: string) => parameter(query, `X-Amz-${name}`)
  const claim = parseClaim(field('Credential'), field('SignedHeaders'), field('Signature'))
  const expires = field('Expires') ?? ''
  const inRange =
    /^[0-9]{1,6}$/.test(expires) && Number(expires) >= 1 && Number(expires) <= mostExpiresSeconds
  if (field('Algorithm') !== algorithm || !claim || !inRange) {
    const limits = `X-Amz-Expires must lie between 1 and ${mostExpiresSeconds} seconds.`
    throw new S3Error(
      'AuthorizationQueryParametersError',
      `The presigned URL is incomplete or malformed. ${limits}`,
    )
  }
  // A URL can be signed before its body is known; a hash counts only when the signature covers it.
  const signed = claim.signedHeaders.includes('x-amz-content-sha256')
  const payload = (signed ? header(incoming, 'x-amz-content-sha256') : undefined) ?? 'UNSIGNED-PAYLOAD'
  const rest = query.filter(([name]) => name !== 'X-Amz-Signature')
  return { ...claim, date: field('Date') ?? '', payload, query: rest, expires }
}

function checkTime(signed: Signed, now: number): void {
  const parts = signed.date
    .match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/)
    ?.slice(1)
    .map(Number)
  const [year = 0, month = 0, day, hour, minute, second] = parts ?? []
  const at = parts ? Date.UTC(year, month - 1, day, hour, minute, second) : Number.NaN
  if (Number.isNaN(at) || !signed.date.startsWith(signed.day)) {
    throw new S3Error(
      'AccessDenied',
      'The request needs an X-Amz-Date like 20250131T235959Z, of the credential’s day.',
    )
  }
  if (signed.expires === undefined) {
    if (Math.abs(now - at) <= skewMs) return
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The request’s time differs from the store’s by over 15 minutes.',
    )
  }
  if (at - now > skewMs) throw new S3Error('AccessDenied', 'The presigned URL is not valid yet.')
  if (now > at + Number(signed.expires) * 1000) throw new S3Error('AccessDenied', 'Request has expired')
}

/**
 * Checks who signed the request (SigV4, header or presigned query). Throws AccessDenied for an unsigned or
 * expired one, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, or a code naming the malformed part.
 */
export function verify(incoming: IncomingMessage, target: Target, trust: Trust): Grant {
  const authorization = header(incoming, 'authorization')
  const presigned = parameter(target.query, 'X-Amz-Signature') !== undefined
  if (authorization && presigned)
    throw new S3Error('InvalidArgument', 'Only one way to authenticate is allowed.')
  if (!authorization && !presigned) throw new S3Error('AccessDenied', 'The request is not signed.')
  const signed = authorization
    ? fromHeader(incoming, authorization, target.query)
    : fromQuery(incoming, target.query)
  checkTime(signed, trust.now())
  const secret = trust.credentials.get(signed.accessKey)
  if (secret === undefined)
    throw new S3Error('InvalidAccessKeyId', 'The access key is not one of this store’s.')
  // A client learns the region from ?location, so it cannot know it when it signs that request.
  const anyRegion = parameter(target.query, 'location') !== undefined
  if (signed.region !== trust.region && !anyRegion) {
    const message = `The region "${signed.region}" is wrong; expecting "${trust.region}".`
    throw new S3Error('AuthorizationHeaderMalformed', message, { Region: trust.region })
  }
  const unsigned = Object.keys(incoming.headersDistinct).filter(
    (name) => name.startsWith('x-amz-') && !signed.signedHeaders.includes(name),
  )
  if (unsigned.some((name) => name !== 'x-amz-content-sha256' || authorization)) {
    throw new S3Error('AccessDenied', `The signature must cover the headers ${unsigned.join(', ')}.`)
  }
  const headers = signed.signedHeaders.map((name) => [name, header(incoming, name) ?? ''] as const)
  const canonical = canonicalRequest(
    incoming.method ?? '',
    target.path,
    signed.query,
    headers,
    signed.payload,
  )
  const scope = `${signed.day}/${signed.region}/s3/aws4_request`
  const key = signingKey(secret, signed.day, signed.region)
  const expected = requestSignature(key, signed.date, scope, canonical)
  if (!sameSignature(expected, signed.signature)) {
    throw new S3Error('SignatureDoesNotMatch', 'The signature is not the one computed for this request.')
  }
  const chunkKey = { key, date: signed.date, scope, seed: signed.signature }
  return { accessKey: signed.accessKey, payload: signed.payload, chunkKey }
}
