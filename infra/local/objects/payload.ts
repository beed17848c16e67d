import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { crc32 } from 'node:zlib'
import { decodeChunks } from './chunked.ts'
import { S3Error } from './errors.ts'
import { header } from './request.ts'
import type { Grant } from './signature.ts'

/** S3's limit for one PUT or part. */
export const mostPutBytes = 5 * 1024 ** 3
/** A completion that lists 10,000 parts, indented, is a little over 1 MiB. */
const mostDocumentBytes = 2 * 1024 ** 2

type Checksum = { update: (bytes: Buffer) => void; digest: () => string }

/** CRC-32C and CRC-64/NVME are let through unchecked: Node has neither. */
const checksums: Record<string, () => Checksum> = {
  'x-amz-checksum-crc32': () => {
    let value = 0
    const digest = () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes.toString('base64')
    }
    const update = (bytes: Buffer) => {
      value = crc32(bytes, value)
    }
    return { update, digest }
  },
  'x-amz-checksum-sha1': () => hashing('sha1'),
  'x-amz-checksum-sha256': () => hashing('sha256'),
}

function hashing(algorithm: string): Checksum {
  const hash = createHash(algorithm)
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') }
}

function declaredLength(incoming: IncomingMessage, chunked: boolean): number {
  const text = header(incoming, chunked ? 'x-amz-decoded-content-length' : 'content-length')
  if (text === undefined || !/^[0-9]+$/.test(text)) {
    throw new S3Error('MissingContentLength', 'The request must say how long its body is.')
  }
  return Number(text)
}

/**
 * The bytes that the request carries, decoded and checked against all that the request says of them (length,
 * SHA-256, chunk signatures, checksums). The checks end with the stream: what was yielded before a throw is void.
 * Throws MissingContentLength, EntityTooLarge, IncompleteBody, XAmzContentSHA256Mismatch, BadDigest, SignatureDoesNotMatch.
 */
export async function* readPayload(
  incoming: IncomingMessage,
  grant: Grant,
  most: number,
): AsyncGenerator<Buffer> {
  const [, signed, trailing] =
    grant.payload.match(/^STREAMING-(AWS4-HMAC-SHA256|UNSIGNED)-PAYLOAD(-TRAILER)?$/) ??
    ([] as (string | undefined)[])
  if (!signed && grant.payload !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(grant.payload)) {
    throw new S3Error('NotImplemented', `The payload option "${grant.payload}" is not implemented.`)
  }
  const length = declaredLength(incoming, signed !== undefined)
  if (length > most) throw new S3Error('EntityTooLarge', `The body may have ${most} bytes at most.`)
  let trailers: ReadonlyMap<string, string> = new Map()
  // Leaving the loop early must not destroy the request: its socket still has to carry the error.
  const raw: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false })
  const chunkKey = signed === 'UNSIGNED' ? undefined : grant.chunkKey
  const onTrailers = (found: ReadonlyMap<string, string>) => {
    trailers = found
  }
  const decoded = signed ? decodeChunks(raw, chunkKey, onTrailers) : raw

  const names = trailing ? (header(incoming, 'x-amz-trailer') ?? '').split(',') : Object.keys(checksums)
  const wanted = names.map((name) => name.trim().toLowerCase())
  const name = wanted.find((one) => checksums[one] && (trailing || header(incoming, one)))
  const checksum = name ? checksums[name]?.() : undefined
  const sha256 = /^[0-9a-f]{64}$/.test(grant.payload) ? createHash('sha256') : undefined
  let size = 0
  for await (const bytes of decoded) {
    size += bytes.length
    if (size > length) break
    sha256?.update(bytes)
    checksum?.update(bytes)
    yield bytes
  }
  if (size !== length) throw new S3Error('IncompleteBody', 'The body is not as long as the request says.')
  if (sha256 && sha256.digest('hex') !== grant.payload) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      'The body does not have the SHA-256 that the request was signed with.',
    )
  }
  if (name && checksum?.digest() !== (trailing ? trailers.get(name) : header(incoming, name))) {
    throw new S3Error('BadDigest', `The body does not have the checksum given as ${name}.`)
  }
}

/** Compares `Content-MD5`, when there is one, with the body's MD5 in hex. */
export function checkMd5(incoming: IncomingMessage, md5: string): void {
  const given = header(incoming, 'content-md5')
  if (given === undefined) return
  const bytes = Buffer.from(given, 'base64')
  if (bytes.length !== 16) throw new S3Error('InvalidDigest', 'Content-MD5 is not the base64 of an MD5.')
  if (bytes.toString('hex') !== md5)
    throw new S3Error('BadDigest', 'The body does not have the MD5 that Content-MD5 says.')
}

/** A whole XML body as text, bounded; empty when there is none. */
export async function readDocument(incoming: IncomingMessage, grant: Grant): Promise<string> {
  const chunks: Buffer[] = []
  for await (const bytes of readPayload(incoming, grant, mostDocumentBytes)) chunks.push(bytes)
  const body = Buffer.concat(chunks)
  checkMd5(incoming, createHash('md5').update(body).digest('hex'))
  return body.toString('utf8')
}
