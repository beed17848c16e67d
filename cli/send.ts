import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Away, type Persist, Refused } from './graph.ts'
import { put } from './put.ts'

/** An upload as the graph's `Upload` describes it. */
export interface OpenUpload {
  id: string
  partSizeBytes: number
  partCount: number
  uploadedParts: number[]
}

/** The store has no such upload any more; beginning opens it anew. */
export class Lost extends Error {
  override name = 'Lost'
}

export interface Sending {
  file: FileHandle
  sizeBytes: number
  upload: OpenUpload
  /** An address for a part. */
  sign(number: number): Promise<string>
  /** Tries again what fails by an outage. */
  persist: Persist
  signal: AbortSignal
  /** Tells how many of the file's bytes the store has or is being sent. */
  onSent(bytes: number): void
}

const atOnce = 3

/**
 * Reads a file from its first byte to its last, hashes it on the way, and sends the parts that the store has not, a few at
 * once. In memory are those, and the one that is read.
 * @returns the SHA-256 in hexadecimal digits
 * @throws Lost, Refused, Away
 */
export async function sendFile(sending: Sending): Promise<string> {
  const { file, sizeBytes, upload, onSent } = sending
  const end = new AbortController()
  const signal = AbortSignal.any([sending.signal, end.signal])
  const before = await file.stat()
  if (before.size !== sizeBytes) throw changed()
  const hash = createHash('sha256')
  const has = new Set(upload.uploadedParts)
  const sizeOf = (number: number) =>
    Math.min(upload.partSizeBytes, sizeBytes - (number - 1) * upload.partSizeBytes)
  const bytesOf = new Map(upload.uploadedParts.map((number) => [number, sizeOf(number)]))
  const tell = () => onSent([...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0))
  tell()

  const sendPart = (number: number, bytes: Buffer) =>
    sending.persist(async () => {
      const url = await sending.sign(number)
      bytesOf.set(number, 0)
      const onBytes = (more: number) => {
        bytesOf.set(number, (bytesOf.get(number) ?? 0) + more)
        tell()
      }
      const status = await put(url, bytes, { signal, onBytes })
      signal.throwIfAborted()
      if (status === 200) return
      bytesOf.set(number, 0)
      tell()
      if (status === 404) throw new Lost('The object store has lost the upload.')
      throw new Away(
        `The object store ${status === 0 ? 'cannot be reached' : `answers with status ${status}`}.`,
      )
    })

  const underWay = new Set<Promise<void>>()
  try {
    for (let number = 1; number <= upload.partCount; number++) {
      signal.throwIfAborted()
      const bytes = Buffer.allocUnsafe(sizeOf(number))
      await readFully(file, bytes, (number - 1) * upload.partSizeBytes)
      hash.update(bytes)
      if (has.has(number)) continue
      while (underWay.size >= atOnce) await Promise.race(underWay)
      const sent = sendPart(number, bytes).finally(() => underWay.delete(sent))
      // It is awaited in the race, or at the end.
      sent.catch(() => undefined)
      underWay.add(sent)
    }
    await Promise.all(underWay)
  } finally {
    // A part that fails for good ends those beside it.
    end.abort()
  }
  const after = await file.stat()
  if (after.size !== sizeBytes || after.mtimeMs !== before.mtimeMs) throw changed()
  return hash.digest('hex')
}

async function readFully(file: FileHandle, into: Buffer, position: number): Promise<void> {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled)
    if (bytesRead === 0) throw changed()
    filled += bytesRead
  }
}

const changed = () =>
  new Refused('The file changed while it was read; run the command again when it is whole.')
