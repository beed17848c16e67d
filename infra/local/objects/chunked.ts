import { createHash } from 'node:crypto'
import { S3Error } from './errors.ts'
import { type ChunkKey, chunkSignature, sameSignature, trailerSignature } from './signature.ts'

const mostLineBytes = 8192
const mostTrailers = 16

const incomplete = () => new S3Error('IncompleteBody', 'The body ended before the last chunk.')
const malformed = () => new S3Error('IncompleteBody', 'The body is not framed as aws-chunked.')
const forged = () =>
  new S3Error('SignatureDoesNotMatch', 'The signature of a chunk of the body does not hold.')

/** Lines and runs of bytes from a stream of buffers, holding no more than one buffer and one line. */
function readerOf(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  async function more(): Promise<boolean> {
    const next = await iterator.next()
    if (next.done) return false
    held = held.length ? Buffer.concat([held, next.value]) : next.value
    return true
  }

  /** The next line without its CRLF; undefined at the end of the stream. */
  async function line(): Promise<string | undefined> {
    for (;;) {
      const end = held.indexOf('\r\n')
      if (end > mostLineBytes || (end < 0 && held.length > mostLineBytes)) throw malformed()
      if (end >= 0) {
        const text = held.toString('latin1', 0, end)
        held = held.subarray(end + 2)
        return text
      }
      if (await more()) continue
      if (held.length) throw malformed()
      return undefined
    }
  }

  /** Between one and `most` bytes. */
  async function some(most: number): Promise<Buffer> {
    while (!held.length) if (!(await more())) throw incomplete()
    const bytes = held.subarray(0, most)
    held = held.subarray(bytes.length)
    return bytes
  }

  return { line, some }
}

async function readTrailers(line: () => Promise<string | undefined>): Promise<Map<string, string>> {
  const trailers = new Map<string, string>()
  for (;;) {
    const text = await line()
    if (!text) return trailers
    const colon = text.indexOf(':')
    if (colon < 1 || trailers.size === mostTrailers) throw malformed()
    trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim())
  }
}

function checkTrailers(trailers: Map<string, string>, key: ChunkKey, previous: string): void {
  const lines = [...trailers].filter(([name]) => name !== 'x-amz-trailer-signature').sort()
  const text = lines.map(([name, value]) => `${name}:${value}\n`).join('')
  const sha256 = createHash('sha256').update(text).digest('hex')
  const given = trailers.get('x-amz-trailer-signature') ?? ''
  if (!sameSignature(trailerSignature(key, previous, sha256), given)) throw forged()
}

/**
 * The data inside an aws-chunked body (SigV4, "Transferring payload in multiple chunks"). With a `key` each
 * chunk's signature is checked as its last byte passes, so what was yielded counts only once the stream has
 * ended. `onTrailers` gets the trailing headers, names in lower case. Throws IncompleteBody or SignatureDoesNotMatch.
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  key: ChunkKey | undefined,
  onTrailers: (trailers: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Buffer> {
  const { line, some } = readerOf(source)
  let previous = key?.seed ?? ''
  for (;;) {
    const head = await line()
    if (head === undefined) throw incomplete()
    const [, size, signature = ''] =
      head.match(/^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i) ?? []
    if (size === undefined) throw malformed()
    const hash = key && createHash('sha256')
    for (let left = Number.parseInt(size, 16); left > 0; ) {
      const bytes = await some(left)
      left -= bytes.length
      hash?.update(bytes)
      yield bytes
    }
    if (key && hash) {
      const expected = chunkSignature(key, previous, hash.digest('hex'))
      if (!sameSignature(expected, signature)) throw forged()
      previous = expected
    }
    if (/^0+$/.test(size)) break
    if ((await line()) !== '') throw malformed()
  }
  const trailers = await readTrailers(line)
  if (key && trailers.size) checkTrailers(trailers, key, previous)
  onTrailers(trailers)
}
