/** Memory for what comes before its turn, of all files together. It is used again and again: garbage would pile up. */
export interface Buffers {
  /** Undefined when all are in use. */
  take(): Lent | undefined
}

export interface Lent {
  buffer: Buffer
  /** Gives it back; more than once does no harm. */
  release(): void
}

/** Longer than the pause between two parts. */
const keptMs = 10_000

/** So many buffers of one size; none of them stays when none was in use for a while. */
export function createBuffers(most: number, bytes: number): Buffers {
  let idle: Buffer[] = []
  let used = 0
  let forgetting: NodeJS.Timeout | undefined
  const forgetLater = () => {
    clearTimeout(forgetting)
    forgetting = setTimeout(() => {
      if (used === 0) idle = []
    }, keptMs).unref()
  }
  return {
    take() {
      if (used === most) return undefined
      used += 1
      const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(bytes)
      let held = true
      return {
        buffer,
        release() {
          if (!held) return
          held = false
          used -= 1
          idle.push(buffer)
          if (used === 0) forgetLater()
        },
      }
    },
  }
}
