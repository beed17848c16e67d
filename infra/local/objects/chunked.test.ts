import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeChunks } from './chunked.ts'
import { chunkSignature, signingKey } from './signature.ts'

const chunkKey = {
  key: signingKey('open sesame', '20250131', 'us-east-1'),
  date: '20250131T120000Z',
  scope: '20250131/us-east-1/s3/aws4_request',
  seed: '0'.repeat(64),
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function frame(chunks: string[]): string {
  let previous = chunkKey.seed
  const frames = [...chunks, ''].map((data) => {
    previous = chunkSignature(chunkKey, previous, sha256(data))
    return `${data.length.toString(16)};chunk-signature=${previous}\r\n${data}\r\n`
  })
  return frames.join('')
}

async function decode(text: string, step: number): Promise<string> {
  async function* source() {
    for (let at = 0; at < text.length; at += step) yield Buffer.from(text.slice(at, at + step))
  }
  const chunks: Buffer[] = []
  for await (const bytes of decodeChunks(source(), chunkKey)) chunks.push(bytes)
  return Buffer.concat(chunks).toString()
}

describe('decodeChunks', () => {
  it.each([1, 2, 7, 1000])('gives back the data however it is cut (%i bytes at a time)', async (step) => {
    expect(await decode(frame(['hello ', 'world\r\n']), step)).toBe('hello world\r\n')
  })

  it.each([
    ['SignatureDoesNotMatch', frame(['hello']).replace('hello', 'jello')],
    ['SignatureDoesNotMatch', frame(['a', 'b']).replace(/^1;.*\r\na\r\n/, '')],
    ['IncompleteBody', '5\r\nhello\r\n0\r\n\r\n'],
    ['IncompleteBody', frame(['hello']).replace('hello', 'hello!')],
    ['IncompleteBody', frame(['hello']).slice(0, 90)],
    ['IncompleteBody', frame(['hello']).slice(0, -2)],
    ['IncompleteBody', 'not chunked at all\r\n'],
    ['IncompleteBody', 'a'.repeat(10_000)],
  ])('refuses with %s', async (code, text) => {
    await expect(decode(text, 64)).rejects.toMatchObject({ code })
  })
})
