import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A collection of what was made last, which takes about a millisecond. */
type Collect = (options: { type: 'minor' }) => void

/**
 * Counts bytes that came from a connection and are done with. V8 collects such buffers late, as they lie outside of its heap:
 * a fast download piles up 100 MB of them, and each collection is a large one then. This one comes often and is
 * small, which costs less than half of the time, too (bench/README.md).
 * @param everyBytes after so many bytes, it collects
 */
export function createSpent(everyBytes: number): (bytes: number) => void {
  let spent = 0
  let collect: Collect | undefined
  return (bytes) => {
    spent += bytes
    if (spent < everyBytes) return
    spent = 0
    collect ??= exposeCollect()
    collect({ type: 'minor' })
  }
}

/** V8 shows its collector to new contexts only while this flag is set. */
function exposeCollect(): Collect {
  setFlagsFromString('--expose-gc')
  const collect: Collect = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return collect
}
