/** Bytes that have arrived, in order, until somebody takes them. */
export interface Queue {
  /** A promise holds up whoever has more. */
  put(chunk: Uint8Array): Promise<void> | undefined
  /** What is there, or some of it; undefined when nothing is. It may be changed once more is taken. */
  take(): Uint8Array | undefined
  /** Nobody takes any more. */
  close(): void
}

/** Enough for one write, and hashed in a moment. */
const mostTaken = 2 ** 19

/** A queue that has room for all there will be. */
export function queueIn(buffer: Buffer): Queue {
  let put = 0
  let taken = 0
  return {
    put(chunk) {
      buffer.set(chunk, put)
      put += chunk.length
      return undefined
    },
    take() {
      if (taken === put) return undefined
      const from = taken
      taken = Math.min(put, from + mostTaken)
      return buffer.subarray(from, taken)
    },
    close: () => {},
  }
}

/** A queue without room of its own, which holds up whoever puts more into it than `mostBytes`. */
export function passingQueue(mostBytes: number): Queue {
  const chunks: Uint8Array[] = []
  let bytes = 0
  let roomy = Promise.withResolvers<void>()
  return {
    put(chunk) {
      chunks.push(chunk)
      bytes += chunk.length
      return bytes < mostBytes ? undefined : roomy.promise
    },
    take() {
      const chunk = chunks.shift()
      bytes -= chunk?.length ?? 0
      if (bytes < mostBytes) {
        roomy.resolve()
        roomy = Promise.withResolvers()
      }
      return chunk
    },
    close: () => roomy.resolve(),
  }
}
