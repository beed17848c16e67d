import type { Buffers, Lent } from './buffers.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { passingQueue, queueIn } from './queue.ts'
import { fetchRange, type Patience, type Range, type RangedFile } from './range.ts'

/** How a file is fetched over several connections. */
export interface Ways {
  /** Bytes of a range; a buffer has no less. */
  rangeBytes: number
  /** Connections at once. */
  connections: number
  /** What comes before its turn waits there; where none is left, nothing does. */
  buffers: Buffers
  /** Is told which chunks of the answers are done with. */
  recycle?(chunk: Uint8Array): void
  patience?: Patience
}

/** Of a range that has no buffer, so much may wait before its source is held up. */
const heldBytes = 2 ** 20

/** Reads a file's bytes in order. */
export interface Reader {
  /**
   * The bytes of a range; each chunk may be changed once the next one is asked for. What was asked of the source ends with
   * the iteration.
   * @throws RetrievalFailure
   */
  read(range: Range): AsyncGenerator<Uint8Array>
}

/**
 * A reader that asks for several ranges at once, each on a connection of its own. It asks for nothing past the range that is read
 * now, and keeps no more of it in memory than there are buffers.
 */
export function createReader(file: RangedFile, ways: Ways, signal?: AbortSignal): Reader {
  const lanes = createLanes(ways.connections)
  return {
    async *read({ start, end }) {
      const leaving = new AbortController()
      const until = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal
      const begun: Piece[] = []
      let next = start
      try {
        for (;;) {
          while (next <= end && begun.length < ways.connections * 2) {
            const range = { start: next, end: Math.min(next + ways.rangeBytes - 1, end) }
            const lent = ways.buffers.take()
            // The first one needs no buffer: its bytes pass through.
            if (!lent && begun.length > 0) break
            begun.push(beginPiece({ file, range, lanes, signal: until, lent, ways }))
            next = range.end + 1
          }
          const first = begun[0]
          if (!first) return
          yield* first.chunks()
          begun.shift()
          first.end()
        }
      } finally {
        leaving.abort()
        for (const piece of begun) piece.end()
      }
    },
  }
}

/** A range that is on its way, and what arrived of it. */
interface Piece {
  chunks(): AsyncGenerator<Uint8Array>
  end(): void
}

interface Beginning {
  file: RangedFile
  range: Range
  lanes: Lanes
  signal: AbortSignal
  lent: Lent | undefined
  ways: Pick<Ways, 'recycle' | 'patience'>
}

function beginPiece({ file, range, lanes, signal, lent, ways }: Beginning): Piece {
  const queue = lent ? queueIn(lent.buffer) : passingQueue(heldBytes)
  let ended: { error?: unknown } | undefined
  let stirred = Promise.withResolvers<void>()
  const stir = () => {
    stirred.resolve()
    stirred = Promise.withResolvers()
  }
  const end = (how: { error?: unknown }) => {
    ended = how
    stir()
  }
  const put = (chunk: Uint8Array) => {
    const held = queue.put(chunk)
    // It was copied; where there is no buffer, it was not.
    if (lent) ways.recycle?.(chunk)
    stir()
    return held
  }
  const fetched = fetchRange(file, range, put, { lanes, signal, limits: ways.patience }).then(
    () => end({}),
    (error: unknown) => end({ error }),
  )
  return {
    async *chunks() {
      for (;;) {
        for (let chunk = queue.take(); chunk; chunk = queue.take()) yield chunk
        if (ended && 'error' in ended) throw ended.error
        if (ended) return
        await stirred.promise
      }
    },
    end() {
      queue.close()
      // Whoever is told to leave may be writing still.
      void fetched.then(() => lent?.release())
    },
  }
}
