import { createCipheriv, createHash } from 'node:crypto'
import { demoModel } from './demo-model.ts'

/** A file as a server has it: its bytes are made when they are asked for, so that a large one needs no memory. */
export interface Content {
  sizeBytes: number
  /** A strong one, quoted. */
  etag: string
  /** From `start` to before `end`; both are within the file. */
  bytes(start: number, end: number): Buffer
}

export function contentOf(file: Buffer): Content {
  const etag = `"${createHash('sha256').update(file).digest('hex')}"`
  return { sizeBytes: file.length, etag, bytes: (start, end) => file.subarray(start, end) }
}

const cipherBlock = 16

/**
 * The storyteller's file with random bytes after its end, which no reader of GGUF minds: as long as wanted, the same for the
 * same mark, and no two pieces of it alike, so that a file that was put together wrongly has another digest.
 */
export function longModel(sizeBytes: number, mark: string): Content {
  const model = demoModel(4_000_000, mark)
  const key = createHash('sha256').update(mark).digest()
  const random = (start: number, end: number) => {
    const first = Math.floor(start / cipherBlock)
    const counter = Buffer.alloc(cipherBlock)
    counter.writeBigUInt64BE(BigInt(first), 8)
    const skipped = start - first * cipherBlock
    const stream = createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(skipped + end - start))
    return stream.subarray(skipped)
  }
  return {
    sizeBytes,
    etag: `"${key.toString('hex')}"`,
    bytes(start, end) {
      if (start >= model.length) return random(start, end)
      const head = model.subarray(start, end)
      return end <= model.length ? head : Buffer.concat([head, random(model.length, end)])
    },
  }
}

const step = 2 ** 20

/** The file's SHA-256, as 64 hexadecimal digits. */
export function digestOf({ sizeBytes, bytes }: Content): string {
  const hash = createHash('sha256')
  for (let at = 0; at < sizeBytes; at += step) hash.update(bytes(at, Math.min(at + step, sizeBytes)))
  return hash.digest('hex')
}
