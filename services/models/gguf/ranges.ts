/** A file that cannot be read as GGUF; the message says why and holds nothing of the file's content but numbers. */
export class GgufError extends Error {
  override name = 'GgufError'
}

/** Reads a file's bytes from `start` on; fewer than `length` only at the file's end. */
export type ReadRange = (start: number, length: number) => Promise<Buffer>

const mebibyte = 2 ** 20

/**
 * How far a header may reach, and with it how many bytes are read at most, since none is read twice. The largest known one,
 * Gemma 4's with 262,144 tokens and 514,906 merges, has 15 MiB; the rest is room for those to come.
 */
const mostHeaderBytes = 96 * mebibyte
const windowBytes = mebibyte

/** A cursor over a file that holds one window of it in memory, and refuses to walk further than a header may be. */
export class RangeCursor {
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0
  position = 0
  readonly #read: ReadRange

  constructor(read: ReadRange) {
    this.#read = read
  }

  /** The next `length` bytes; they are valid until the next call. */
  async take(length: number): Promise<Buffer> {
    if (this.#left() < length) await this.#fill(length)
    const start = this.position - this.#windowStart
    this.position += length
    return this.#window.subarray(start, start + length)
  }

  /** Goes on without reading what lies between. */
  skip(length: number): void {
    this.position += length
    this.#checkBounds(0)
  }

  /** Goes past so many texts. A vocabulary has hundreds of thousands: too many to wait for each of them. */
  async skipTexts(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      if (this.#left() < 8) await this.#fill(8)
      const at = this.position - this.#windowStart
      const low = this.#window.readUInt32LE(at)
      const high = this.#window.readUInt32LE(at + 4)
      this.skip(8 + high * 2 ** 32 + low)
    }
  }

  async u32(): Promise<number> {
    return (await this.take(4)).readUInt32LE()
  }

  /** A count, a length or an offset: 64 bits of which no sound file needs more than JavaScript counts exactly. */
  async count(most: number, what: string): Promise<number> {
    const value = (await this.take(8)).readBigUInt64LE()
    if (value <= BigInt(most)) return Number(value)
    throw new GgufError(`The GGUF header claims ${value} ${what}; no sound one has more than ${most}.`)
  }

  /** Bytes of the window from here on. */
  #left(): number {
    return Math.max(0, this.#windowStart + this.#window.length - this.position)
  }

  async #fill(length: number): Promise<void> {
    this.#checkBounds(length)
    const rest = this.#window.subarray(this.#window.length - this.#left())
    const more = await this.#read(this.position + rest.length, Math.max(length - rest.length, windowBytes))
    this.#window = rest.length === 0 ? more : Buffer.concat([rest, more])
    this.#windowStart = this.position
    if (this.#window.length < length) throw new GgufError('The file ends within its GGUF header.')
  }

  #checkBounds(length: number): void {
    if (this.position + length > mostHeaderBytes) {
      throw new GgufError(`The GGUF header is larger than ${mostHeaderBytes / mebibyte} MiB.`)
    }
  }
}
