import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** What is hashed at once: some 5 ms, so that the page answers in between. */
const sliceBytes = 2 ** 20

/**
 * The SHA-256 of a file in hexadecimal digits, read slice by slice. The browser's own digest takes a whole file at once.
 * @throws what the browser throws when the file cannot be read any more, or the signal's reason
 */
export async function digestOf(file: Blob, signal: AbortSignal): Promise<string> {
  const hash = sha256.create()
  for (let at = 0; at < file.size; at += sliceBytes) {
    signal.throwIfAborted()
    hash.update(new Uint8Array(await file.slice(at, at + sliceBytes).arrayBuffer()))
  }
  return bytesToHex(hash.digest())
}
