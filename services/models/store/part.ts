import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { within } from '@berth/platform/deadline'
import { request } from 'undici'

/** The bytes of one part, and how many they are. */
export interface BodyOfPart {
  length: number
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** When a store is given up: that takes no byte for so long, or does not say for so long that it has them all. */
const patience = { stallMs: 60_000, answerMs: 180_000 }

/**
 * Sends one part to a presigned URL, as its bytes arrive.
 * @returns the store's ETag of it, and the MD5 of what was sent
 * @throws what `bytes` throw; or an error whose `code` is the store's, the connection's, or `status <number>`
 */
export async function putPart(
  url: string,
  { length, bytes }: BodyOfPart,
  { stallMs, answerMs } = patience,
): Promise<{ etag: string; md5: string }> {
  const md5 = createHash('md5')
  const giveUp = new AbortController()
  let broken: { error: unknown } | undefined
  let timer = setTimeout(() => undefined)
  const expectWithin = (ms: number, code: string) => {
    clearTimeout(timer)
    timer = setTimeout(() => giveUp.abort(coded(code)), ms)
  }

  async function* sent(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        md5.update(chunk)
        expectWithin(stallMs, 'UND_ERR_BODY_TIMEOUT')
        yield chunk
        clearTimeout(timer)
      }
    } catch (error) {
      broken = { error }
      throw error
    }
    expectWithin(answerMs, 'UND_ERR_HEADERS_TIMEOUT')
  }

  try {
    const { statusCode, headers, body } = await request(url, {
      method: 'PUT',
      headers: { 'content-length': String(length) },
      body: Readable.from(sent()),
      signal: giveUp.signal,
      // It begins with the request; the timer knows better what is waited for.
      headersTimeout: 0,
    })
    const text = await within(20_000, body.text())
    if (statusCode !== 200) throw coded(/<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? `status ${statusCode}`)
    return { etag: String(headers.etag).replaceAll('"', ''), md5: md5.digest('hex') }
  } catch (error) {
    throw broken ? broken.error : error
  } finally {
    clearTimeout(timer)
  }
}

const coded = (code: string) =>
  Object.assign(new Error(`The object store did not take a part (${code}).`), { code })
