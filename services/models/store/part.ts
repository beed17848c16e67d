import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'

/** The bytes of one part, and how many they are. */
export interface BodyOfPart {
  length: number
  /** Each chunk is done with when the next one is asked for. */
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
  const ask = url.startsWith('https:') ? requestHttps : requestHttp
  const sending = ask(url, { method: 'PUT', headers: { 'content-length': length } })
  const answered = answerOf(sending)
  answered.catch(() => undefined)
  // It may come before everything is sent: then it is a refusal.
  let isAnswered = false
  answered.then(
    () => {
      isAnswered = true
    },
    () => undefined,
  )
  const expect = <T>(promise: Promise<T>, ms: number, code: string): Promise<T> => {
    const timer = setTimeout(() => sending.destroy(coded(code)), ms)
    return promise.finally(() => clearTimeout(timer))
  }
  try {
    for await (const chunk of bytes) {
      md5.update(chunk)
      // Until it has left this process: whose chunk it is uses its memory again.
      const left = new Promise<void>((resolve) => sending.write(chunk, () => resolve()))
      await expect(Promise.race([left, answered]), stallMs, 'UND_ERR_BODY_TIMEOUT')
      if (isAnswered) break
    }
    sending.end()
    const { etag } = await expect(answered, answerMs, 'UND_ERR_HEADERS_TIMEOUT')
    return { etag, md5: md5.digest('hex') }
  } finally {
    if (!sending.closed) sending.destroy()
  }
}

/** @throws what the store refuses with, and what happens to the connection */
async function answerOf(sending: ReturnType<typeof requestHttp>): Promise<{ etag: string }> {
  // An error of the request is told by `once`; those that follow it tell nothing new.
  sending.on('error', () => undefined)
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  const body = await text(answer)
  if (answer.statusCode !== 200) {
    throw coded(/<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? `status ${answer.statusCode}`)
  }
  return { etag: String(answer.headers.etag).replaceAll('"', '') }
}

const coded = (code: string) =>
  Object.assign(new Error(`The object store did not take a part (${code}).`), { code })
