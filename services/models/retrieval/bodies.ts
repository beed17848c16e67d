import type { Reader } from '../source/in-order.ts'
import type { BodyOfPart } from '../store/part.ts'
import { RetrievalFailure } from './failure.ts'

/** The parts of a file that is read by ranges, from a byte on; each is asked for when it is taken. */
export async function* bodiesByRange(
  { read }: Reader,
  from: number,
  totalBytes: number,
  partBytes: number,
): AsyncGenerator<BodyOfPart> {
  for (let start = from; start < totalBytes; start += partBytes) {
    const length = Math.min(partBytes, totalBytes - start)
    yield { length, bytes: read({ start, end: start + length - 1 }) }
  }
}

/**
 * The parts of a file that comes in one stream. Where its size is known, they pass through; else each one is kept until
 * it is known how many bytes it has.
 * @throws RetrievalFailure when the stream ends before `totalBytes`; what comes after them is not read
 */
export async function* bodiesOfStream(
  stream: AsyncIterable<Uint8Array>,
  totalBytes: number | undefined,
  partBytes: number,
): AsyncGenerator<BodyOfPart> {
  const chunks = stream[Symbol.asyncIterator]()
  let rest: Uint8Array | undefined

  /** Up to so many bytes; what is left of the last chunk is kept for the next ones. */
  async function* next(most: number): AsyncGenerator<Uint8Array> {
    for (let left = most; left > 0; ) {
      const chunk = rest ?? (await chunks.next()).value
      if (!chunk) return
      const taken = chunk.subarray(0, left)
      rest = chunk.length > left ? chunk.subarray(left) : undefined
      left -= taken.length
      yield taken
    }
  }

  async function* exactly(start: number, length: number): AsyncGenerator<Uint8Array> {
    let got = 0
    for await (const chunk of next(length)) {
      got += chunk.length
      yield chunk
    }
    if (got === length) return
    throw new RetrievalFailure('again', `The source announced ${totalBytes} bytes and gave ${start + got}.`)
  }

  try {
    if (totalBytes !== undefined) {
      for (let start = 0; start < totalBytes; start += partBytes) {
        const length = Math.min(partBytes, totalBytes - start)
        yield { length, bytes: exactly(start, length) }
      }
      return
    }
    for (;;) {
      const bytes = await Array.fromAsync(next(partBytes))
      const length = bytes.reduce((sum, chunk) => sum + chunk.length, 0)
      if (length === 0) return
      yield { length, bytes }
    }
  } finally {
    await chunks.return?.()
  }
}
