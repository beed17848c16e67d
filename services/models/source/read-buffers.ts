import type { OnReadOpts, Socket } from 'node:net'

/**
 * Memory that connections read into, used again and again. Node makes new memory for each read, which V8 collects late,
 * since it lies outside of its heap: a fast download piles up 100 MB of it and spends half of its time on that.
 */
export interface ReadBuffers {
  /** An option of `net.connect` and `tls.connect`. */
  onread: OnReadOpts
  /**
   * Says that nobody looks at a chunk any more, or at anything else that came from a connection's answer together with it. What
   * nobody says it of is collected as always.
   */
  recycle(chunk: Uint8Array): void
}

/** @param bytes of one read, at most */
export function createReadBuffers(bytes: number, mostIdle = 32): ReadBuffers {
  const idle: ArrayBuffer[] = []
  /** How many bytes the last read gave into each. */
  const readInto = new WeakMap<ArrayBufferLike, number>()
  return {
    onread: {
      buffer: () => new Uint8Array(idle.pop() ?? new ArrayBuffer(bytes)),
      callback(this: Socket, count, memory) {
        readInto.set(memory.buffer, count)
        return this.push(Buffer.from(memory.buffer, 0, count))
      },
    },
    recycle({ buffer, byteOffset, byteLength }) {
      // A chunk that is not all of what was read shares the memory with another one, which somebody may look at still.
      const isWhole = byteOffset === 0 && readInto.get(buffer) === byteLength
      if (!isWhole || !(buffer instanceof ArrayBuffer) || idle.length === mostIdle) return
      readInto.delete(buffer)
      idle.push(buffer)
    },
  }
}
