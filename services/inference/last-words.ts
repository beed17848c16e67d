import { writeFileSync } from 'node:fs'

/** Kubernetes reads no more of a termination message. */
const mostBytes = 4_096

/** What people read when the container has ended: Kubernetes takes it from a file into the pod's status. */
export interface LastWords {
  /** Replaces what was left before; nothing at all when empty. */
  leave(words: string): void
}

/** @param file the container's `terminationMessagePath` */
export function createLastWords(file: string | undefined): LastWords {
  return {
    leave(words) {
      if (file === undefined) return
      try {
        writeFileSync(file, Buffer.from(words).subarray(0, mostBytes))
      } catch {
        // The log has them, too.
      }
    },
  }
}
