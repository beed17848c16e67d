import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FetchFailure } from './failure.ts'

/** A download on its way: what has come so far, and its running digest. */
export interface Partial {
  received(): number
  append(chunk: Uint8Array): Promise<void>
  /** Begins again from nothing. */
  restart(): Promise<void>
  /**
   * Checks size and digest, and puts the file under its own name, durably.
   * @throws FetchFailure when it is not what was wanted; it is then empty again.
   */
  publish(): Promise<void>
  close(): Promise<void>
}

/** The digest of what is in a file, up to its end; undefined when there is no file. */
export async function digestOfFile(path: string): Promise<{ hash: Hash; bytes: number } | undefined> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
      hash.update(chunk)
      bytes += chunk.length
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return { hash, bytes }
}

/** Opens `<path>.partial`, going on where a container that ended had come to. */
export async function openPartial(
  path: string,
  wanted: { sha256: string; sizeBytes: number },
): Promise<Partial> {
  const partialPath = `${path}.partial`
  const found = await digestOfFile(partialPath)
  const usable = found !== undefined && found.bytes <= wanted.sizeBytes
  const file = await open(partialPath, usable ? 'r+' : 'w')
  let hash = usable ? found.hash : createHash('sha256')
  let received = usable ? found.bytes : 0

  async function restart(): Promise<void> {
    await file.truncate(0)
    hash = createHash('sha256')
    received = 0
  }

  return {
    received: () => received,
    async append(chunk) {
      await writeAll(file, chunk, received)
      hash.update(chunk)
      received += chunk.length
    },
    restart,
    async publish() {
      const sha256 = hash.copy().digest('hex')
      if (received !== wanted.sizeBytes || sha256 !== wanted.sha256) {
        const got = `${received} bytes with sha256 ${sha256}`
        await restart()
        throw new FetchFailure(
          'refused',
          `The download is not the approved model: it has ${got} instead of ${wanted.sizeBytes} with ${wanted.sha256}.`,
        )
      }
      await file.sync()
      await rename(partialPath, path)
      await syncFolder(dirname(path))
    },
    close: () => file.close(),
  }
}

/** Removes what is left of a download that is no longer needed. */
export async function removePartial(path: string): Promise<void> {
  await rm(`${path}.partial`, { force: true })
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position + written)
    written += bytesWritten
  }
}

/** A rename is lasting only once its folder is on the disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
