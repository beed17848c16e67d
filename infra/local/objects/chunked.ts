import { createHash } from 'node:crypto'
import { S3Error } from './errors.ts'
import { type ChunkKey, chunkSignature, sameSignature } from './signature.ts'

/** The head of a chunk is its size in hex and its signature. */
const mostHeadBytes = 200

/**
 * The data inside an aws-chunked body (SigV4, "Chunked upload"). Each chunk's signature is checked as its last byte
 * passes, so what was yielded counts only once the stream has ended. Throws IncompleteBody or SignatureDoesNotMatch.
 */
export async function* decodeChunks(source: AsyncIterable<Buffer>, key: ChunkKey): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  async function more(): Promise<void> {
    const next = await iterator.next()
    if (next.done) throw new S3Error('IncompleteBody', 'The body ended before its last chunk.')
    held = held.length ? Buffer.concat([held, next.value]) : next.value
  }

  async function line(): Promise<string> {
    for (;;) {
      const end = held.subarray(0, mostHeadBytes).indexOf('\r\n')
      if (end < 0 && held.length >= mostHeadBytes) return ''
      if (end < 0) await more()
      else {
        const text = held.toString('latin1', 0, end)
        held = held.subarray(end + 2)
        return text
      }
    }
  }

  let signature = key.seed
  for (let size = Number.POSITIVE_INFINITY; size > 0; ) {
    const [, hex, given = ''] =
      (await line()).match(/^([0-9a-f]{1,8});chunk-signature=([0-9a-f]{64})$/i) ?? []
    if (hex === undefined)
      throw new S3Error('IncompleteBody', 'The body is not framed as signed aws-chunked.')
    size = Number.parseInt(hex, 16)
    const hash = createHash('sha256')
    for (let left = size; left > 0; ) {
      if (!held.length) await more()
      const bytes = held.subarray(0, left)
      held = held.subarray(bytes.length)
      left -= bytes.length
      hash.update(bytes)
      yield bytes
    }
    signature = chunkSignature(key, signature, hash.digest('hex'))
    if (!sameSignature(signature, given)) {
      throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk of the body does not hold.')
    }
    if ((await line()) !== '') throw new S3Error('IncompleteBody', 'A chunk is longer than it says.')
  }
}
