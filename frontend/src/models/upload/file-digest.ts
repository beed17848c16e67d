import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { UploadRefused } from './upload-errors.ts'

/** What is hashed at once: some 5 ms, so that the page answers in between. */
const sliceBytes = 2 ** 20

/**
 * The SHA-256 of a file in hexadecimal digits, read slice by slice. The browser's own digest takes a whole file at once.
 * @throws UploadRefused when the file cannot be read any more, or the signal's reason
 */
export async function digestOf(file: Blob, signal: AbortSignal): Promise<string> {
  const hash = sha256.create()
  for (let at = 0; at < file.size; at += sliceBytes) {
    signal.throwIfAborted()
    hash.update(await bytesOf(file.slice(at, at + sliceBytes)))
  }
  return bytesToHex(hash.digest())
}

/**
 * Makes sure that a piece of a file can be read: once it is being sent, a file that changed on the disk cannot be told from a
 * lost connection.
 * @throws UploadRefused
 */
export const readable = async (piece: Blob): Promise<void> => void (await bytesOf(piece.slice(0, 1)))

const bytesOf = async (piece: Blob): Promise<Uint8Array> =>
  new Uint8Array(
    await piece.arrayBuffer().catch(() => {
      throw new UploadRefused(
        'The file cannot be read any more: it was changed, moved or removed; choose it again.',
      )
    }),
  )
