import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeChunks } from './chunked.ts'
import { chunkSignature, signingKey, trailerSignature } from './signature.ts'

const chunkKey = {
  key: signingKey('open sesame', '20250131', 'us-east-1'),
  date: '20250131T120000Z',
  scope: '20250131/us-east-1/s3/aws4_request',
  seed: '0'.repeat(64),
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function frame(chunks: string[], trailer = ''): string {
  let previous = chunkKey.seed
  const frames = [...chunks, ''].map((data) => {
    previous = chunkSignature(chunkKey, previous, sha256(data))
    const head = `${data.length.toString(16)};chunk-signature=${previous}\r\n`
    return data ? `${head}${data}\r\n` : head
  })
  const signature = trailer && trailerSignature(chunkKey, previous, sha256(`${trailer}\n`))
  return `${frames.join('')}${trailer && `${trailer}\r\nx-amz-trailer-signature:${signature}\r\n`}\r\n`
}

async function decode(text: string, step: number, key: typeof chunkKey | null = chunkKey) {
  async function* source() {
    for (let at = 0; at < text.length; at += step) yield Buffer.from(text.slice(at, at + step))
  }
  let trailers: ReadonlyMap<string, string> = new Map()
  const chunks: Buffer[] = []
  const onTrailers = (found: ReadonlyMap<string, string>) => {
    trailers = found
  }
  for await (const bytes of decodeChunks(source(), key ?? undefined, onTrailers)) chunks.push(bytes)
  return { data: Buffer.concat(chunks).toString(), trailers: Object.fromEntries(trailers) }
}

describe('decodeChunks', () => {
  it.each([1, 2, 7, 1000])('gives back the data however it is cut (%i bytes at a time)', async (step) => {
    expect(await decode(frame(['hello ', 'world\r\n']), step)).toEqual({
      data: 'hello world\r\n',
      trailers: {},
    })
  })

  it('reads unsigned chunks with a trailer', async () => {
    const text = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'
    const { data, trailers } = await decode(text, 3, null)
    expect([data, trailers]).toEqual(['hello', { 'x-amz-checksum-crc32': 'NhCmhg==' }])
  })

  it('checks the signature of a trailer', async () => {
    const text = frame(['hello'], 'x-amz-checksum-crc32:NhCmhg==')
    expect((await decode(text, 50)).data).toBe('hello')
    await expect(decode(text.replace('NhCm', 'NhCn'), 50)).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
  })

  it.each([
    ['SignatureDoesNotMatch', frame(['hello']).replace('hello', 'jello')],
    ['SignatureDoesNotMatch', frame(['a', 'b']).replace(/^1;.*\r\na\r\n/, '')],
    ['SignatureDoesNotMatch', '5\r\nhello\r\n0\r\n\r\n'],
    ['IncompleteBody', frame(['hello']).slice(0, 90)],
    ['IncompleteBody', 'not chunked at all\r\n'],
    ['IncompleteBody', 'a'.repeat(10_000)],
  ])('refuses with %s', async (code, text) => {
    await expect(decode(text, 64)).rejects.toMatchObject({ code })
  })
})
