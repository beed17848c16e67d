import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const chunkBytes = 256 * 1024
const stalledMs = 60_000

/**
 * PUTs bytes, and tells of each piece that was handed to the connection; fetch tells nothing before the end.
 * @returns the answer's status; 0 when the connection broke off or nothing moved for a minute
 */
export async function put(
  url: string,
  bytes: Buffer,
  { signal, onBytes }: { signal: AbortSignal; onBytes(bytes: number): void },
): Promise<number> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const headers = { 'content-length': bytes.length }
  const outgoing = send(url, { method: 'PUT', headers, signal, timeout: stalledMs })
  outgoing.on('timeout', () => outgoing.destroy(new Error('Nothing moves.')))
  const answered = new Promise<number>((resolve) => {
    outgoing.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', () => resolve(0))
    outgoing.on('close', () => resolve(0))
  })
  function* pieces() {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const piece = bytes.subarray(at, at + chunkBytes)
      yield piece
      onBytes(piece.length)
    }
  }
  // A store that refuses answers before it has read everything: then the answer counts, not the broken pipe.
  await pipeline(Readable.from(pieces(), { objectMode: false }), outgoing).catch(() => undefined)
  return answered
}
