import { type Dispatcher, request } from 'undici'
import { FetchFailure, reason } from './failure.ts'
import { retryAfter } from './location.ts'
import type { Partial } from './partial.ts'

/** A connection that brings nothing for so long is broken. */
const stallMs = 30_000

/**
 * Downloads what is missing of the model, from where the partial file ends.
 * @param onBytes told after each chunk
 * @throws FetchFailure, or an error of the file system
 */
export async function download(
  url: string,
  partial: Partial,
  options: { sizeBytes: number; signal: AbortSignal; onBytes(): void },
): Promise<void> {
  const { sizeBytes, signal, onBytes } = options
  const from = partial.received()
  if (from === sizeBytes) return
  const response = await request(url, {
    headers: { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    signal,
  }).catch((error: unknown) => {
    throw new FetchFailure('retry', `The object store cannot be reached: ${reason(error)}.`, { cause: error })
  })
  try {
    await expectContinuation(response, partial, from)
    for await (const chunk of chunksOf(response.body)) {
      if (partial.received() + chunk.length > sizeBytes) {
        await partial.restart()
        throw new FetchFailure(
          'refused',
          `The object store sends more than the ${sizeBytes} bytes of the model.`,
        )
      }
      await partial.append(chunk)
      onBytes()
    }
  } finally {
    // Whatever is left unread must not hold the connection; an error of its own would say nothing new.
    response.body.on('error', () => undefined).destroy()
  }
  if (partial.received() < sizeBytes) {
    throw new FetchFailure('retry', `The connection ended after ${partial.received()} of ${sizeBytes} bytes.`)
  }
}

/** A broken connection is worth another try; an error of the file system, which comes from elsewhere, may not be. */
async function* chunksOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body
  } catch (error) {
    throw new FetchFailure('retry', `The connection to the object store broke: ${reason(error)}.`, {
      cause: error,
    })
  }
}

/** Makes sure that what comes begins where the partial file ends. */
async function expectContinuation(
  { statusCode, headers }: Dispatcher.ResponseData,
  partial: Partial,
  from: number,
): Promise<void> {
  if (statusCode === 200) {
    // This store takes no ranges, so everything comes again.
    if (from > 0) await partial.restart()
    return
  }
  if (statusCode === 206 && String(headers['content-range']).startsWith(`bytes ${from}-`)) return
  if (statusCode === 206 || statusCode === 416) {
    await partial.restart()
    throw new FetchFailure('retry', `The object store cannot go on from byte ${from}; beginning again.`)
  }
  const kind = [403, 404].includes(statusCode) ? 'refused' : 'retry'
  throw new FetchFailure(kind, `The object store answered with status ${statusCode}.`, {
    retryAfterMs: retryAfter(headers['retry-after']),
  })
}
