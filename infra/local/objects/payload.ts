import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { decodeChunks } from './chunked.ts'
import { S3Error } from './errors.ts'
import { header } from './request.ts'
import type { Grant } from './signature.ts'

/** S3's limit for one PUT or part. */
export const mostPutBytes = 5 * 1024 ** 3
/** A completion that lists 10,000 parts, indented, is a little over 1 MiB. */
const mostDocumentBytes = 2 * 1024 ** 2

/**
 * The bytes that the request carries, checked against its length and signature. The checks end with the stream: what
 * was yielded before a throw is void. Throws NotImplemented, MissingContentLength, EntityTooLarge, IncompleteBody,
 * XAmzContentSHA256Mismatch, SignatureDoesNotMatch.
 */
export async function* readPayload(
  incoming: IncomingMessage,
  { payload, chunkKey }: Grant,
  most: number,
): AsyncGenerator<Buffer> {
  const chunked = payload === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  const sha256 = /^[0-9a-f]{64}$/.test(payload) ? createHash('sha256') : undefined
  if (!chunked && !sha256 && payload !== 'UNSIGNED-PAYLOAD') {
    throw new S3Error('NotImplemented', `This store does not model the payload "${payload}"; see LIMITS.md.`)
  }
  const length = header(incoming, chunked ? 'x-amz-decoded-content-length' : 'content-length') ?? ''
  if (!/^[0-9]+$/.test(length)) {
    throw new S3Error('MissingContentLength', 'The request must say how long its body is.')
  }
  if (Number(length) > most) throw new S3Error('EntityTooLarge', `The body may have ${most} bytes at most.`)
  // Leaving the loop early must not destroy the request: its socket still has to carry the error.
  const raw: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false })
  let left = Number(length)
  for await (const bytes of chunked ? decodeChunks(raw, chunkKey) : raw) {
    left -= bytes.length
    if (left < 0) break
    sha256?.update(bytes)
    yield bytes
  }
  if (left !== 0) throw new S3Error('IncompleteBody', 'The body is not as long as the request says.')
  if (sha256 && sha256.digest('hex') !== payload) {
    throw new S3Error('XAmzContentSHA256Mismatch', 'The body does not have the SHA-256 that was signed.')
  }
}

/** Compares `Content-MD5`, when there is one, with the body's MD5 in hex. */
export function checkMd5(incoming: IncomingMessage, md5: string): void {
  const given = header(incoming, 'content-md5')
  if (given === undefined || Buffer.from(given, 'base64').toString('hex') === md5) return
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
