import type { Allowance } from './allowance.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { fetchRange, type Patience, type Range, type RangedFile } from './range.ts'

/** How a file is fetched over several connections. */
export interface Ways {
  /** Bytes of a range. */
  rangeBytes: number
  /** Connections at once. */
  connections: number
  /** What may wait in memory before its turn, of all files together. */
  ahead: Allowance
  patience?: Patience
}

/** A range may wait in memory as a whole only where the allowance has room; else its source is held up at so much. */
const heldBytes = 2 ** 20

/** Reads a file's bytes in order. */
export interface Reader {
  /** The bytes of a range; what was asked for ends with the iteration. @throws RetrievalFailure */
  read(range: Range): AsyncGenerator<Uint8Array>
}

/**
 * A reader that asks for several ranges at once, each on a connection of its own. It asks for nothing past the range that is read
 * now, and keeps no more of it in memory than `ways` allow.
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
            const release = ways.ahead.take(range.end + 1 - range.start)
            // The first one needs no room: its bytes pass through.
            if (!release && begun.length > 0) break
            begun.push(beginPiece({ file, range, lanes, signal: until, release, patience: ways.patience }))
            next = range.end + 1
          }
          const first = begun[0]
          if (!first) return
          yield* first.chunks()
          begun.shift()?.end()
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
  release: (() => void) | undefined
  patience: Patience | undefined
}

function beginPiece({ file, range, lanes, signal, release, patience }: Beginning): Piece {
  const arrived: Uint8Array[] = []
  let arrivedBytes = 0
  let ended: { error?: unknown } | undefined
  let stirred = Promise.withResolvers<void>()
  let roomy = Promise.withResolvers<void>()

  const stir = () => {
    stirred.resolve()
    stirred = Promise.withResolvers()
  }
  const take = (chunk: Uint8Array) => {
    arrived.push(chunk)
    arrivedBytes += chunk.length
    stir()
    return release || arrivedBytes < heldBytes ? undefined : roomy.promise
  }
  fetchRange(file, range, take, { lanes, signal, ...(patience && { limits: patience }) }).then(
    () => {
      ended = {}
      stir()
    },
    (error: unknown) => {
      ended = { error }
      stir()
    },
  )
  return {
    async *chunks() {
      for (;;) {
        for (let chunk = arrived.shift(); chunk; chunk = arrived.shift()) {
          arrivedBytes -= chunk.length
          if (arrivedBytes < heldBytes) {
            roomy.resolve()
            roomy = Promise.withResolvers()
          }
          yield chunk
        }
        if (ended && 'error' in ended) throw ended.error
        if (ended) return
        await stirred.promise
      }
    },
    end() {
      release?.()
      roomy.resolve()
      arrived.length = 0
    },
  }
}
