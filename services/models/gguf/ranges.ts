/** A file that cannot be read as GGUF; the message says why and holds nothing of the file's content. */
export class GgufError extends Error {
  override name = 'GgufError'
}

/** Reads a file's bytes from `start` on; fewer than `length` only at the file's end. */
export type ReadRange = (start: number, length: number) => Promise<Buffer>

/** Real headers (a vocabulary of 260,000 tokens with merges) have about 12 MiB. */
const mostHeaderBytes = 96 * 2 ** 20
const windowBytes = 2 ** 20

/** A cursor over a file that holds one window of it in memory, and refuses to walk further than a header may be. */
export class RangeCursor {
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0
  #fetched = 0
  position = 0
  readonly #read: ReadRange

  constructor(read: ReadRange) {
    this.#read = read
  }

  /** The next `length` bytes; they are valid until the next call. */
  async take(length: number): Promise<Buffer> {
    const from = this.position - this.#windowStart
    if (from < 0 || from + length > this.#window.length) await this.#fill(length)
    const start = this.position - this.#windowStart
    this.position += length
    return this.#window.subarray(start, start + length)
  }

  /** Goes on without reading what lies between. */
  skip(length: number): void {
    this.position += length
    this.#checkBounds(0)
  }

  async #fill(length: number): Promise<void> {
    this.#checkBounds(length)
    this.#window = await this.#read(this.position, Math.max(length, windowBytes))
    this.#windowStart = this.position
    this.#fetched += this.#window.length
    if (this.#window.length < length) throw new GgufError('The file ends within its GGUF header.')
  }

  #checkBounds(length: number): void {
    if (this.position + length > mostHeaderBytes || this.#fetched > mostHeaderBytes) {
      throw new GgufError(`The GGUF header is larger than ${mostHeaderBytes / 2 ** 20} MiB.`)
    }
  }

  async u32(): Promise<number> {
    return (await this.take(4)).readUInt32LE()
  }

  /** A count or an offset: a 64-bit number that must be one that JavaScript can hold. */
  async count(most: number, what: string): Promise<number> {
    const value = (await this.take(8)).readBigUInt64LE()
    if (value > BigInt(most)) throw new GgufError(`The GGUF header claims ${what} beyond all bounds.`)
    return Number(value)
  }
}
