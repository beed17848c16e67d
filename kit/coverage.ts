import type { Given } from './upstream.ts'

type Piece = Pick<Given, 'start' | 'bytes'>

/** How many different bytes of a file these answers gave. */
export function coveredBytes(given: readonly Piece[]): number {
  let covered = 0
  let reached = 0
  for (const { start, bytes } of given.toSorted((a, b) => a.start - b.start)) {
    const end = start + bytes
    covered += Math.max(0, end - Math.max(start, reached))
    reached = Math.max(reached, end)
  }
  return covered
}

/**
 * How many bytes each stretch of answers gave that it or one before had given already.
 * @param cuts how many answers there were at the end of each stretch but the last
 */
export function bytesAgain(given: readonly Piece[], cuts: readonly number[] = []): number[] {
  const ends = [...cuts, given.length]
  return ends.map((end, index) => {
    const begin = ends[index - 1] ?? 0
    const bytes = given.slice(begin, end).reduce((sum, piece) => sum + piece.bytes, 0)
    const fresh = coveredBytes(given.slice(0, end)) - coveredBytes(given.slice(0, begin))
    return bytes - fresh
  })
}
