import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { within } from '@berth/platform/deadline'
import { request } from 'undici'

/** The bytes of one part, and how many they are. */
export interface BodyOfPart {
  length: number
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** A store that takes no byte for so long, or does not say that it has them all, is given up. */
const stallMs = 60_000
const answerWithinMs = 180_000

/**
 * Sends one part to a presigned URL, as its bytes arrive.
 * @returns the store's ETag of it, and the MD5 of what was sent
 * @throws what `bytes` throw, and StoreRefusal
 */
export async function putPart(
  url: string,
  { length, bytes }: BodyOfPart,
): Promise<{ etag: string; md5: string }> {
  const md5 = createHash('md5')
  const giveUp = new AbortController()
  let broken: { error: unknown } | undefined
  let timer = setTimeout(() => undefined)
  const expectWithin = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => giveUp.abort(storeRefusal('UND_ERR_BODY_TIMEOUT', 'it takes nothing')), ms)
  }

  async function* sent(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        md5.update(chunk)
        expectWithin(stallMs)
        yield chunk
        clearTimeout(timer)
      }
    } catch (error) {
      broken = { error }
      throw error
    }
    expectWithin(answerWithinMs)
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
    if (statusCode !== 200) {
      throw storeRefusal(
        /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? `status ${statusCode}`,
        'it refused a part',
      )
    }
    return { etag: String(headers.etag).replaceAll('"', ''), md5: md5.digest('hex') }
  } catch (error) {
    throw broken ? broken.error : error
  } finally {
    clearTimeout(timer)
  }
}

/** What the store said instead of taking a part; `code` as in the S3 API reference, error responses. */
const storeRefusal = (code: string, why: string) =>
  Object.assign(new Error(`The object store: ${why} (${code}).`), { code })
