/** How many bytes may be in memory before their turn, of all files together. */
export interface Allowance {
  /** @returns what gives the bytes back, more than once does no harm; undefined when so many are not left now */
  take(bytes: number): (() => void) | undefined
}

export function createAllowance(mostBytes: number): Allowance {
  let left = mostBytes
  return {
    take(bytes) {
      if (bytes > left) return undefined
      left -= bytes
      let held = true
      return () => {
        if (held) left += bytes
        held = false
      }
    },
  }
}
