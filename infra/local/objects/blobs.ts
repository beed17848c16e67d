import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, type FileHandle, link, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** A run of an object's bytes, in a file of its own that never changes. */
export type Segment = { id: string; size: number }

const batchBytes = 1024 ** 2
const folders = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'))

/** What `write` needs of a new file; tests put a full disk behind it. */
export type OpenFile = (path: string) => Promise<Pick<FileHandle, 'writev' | 'sync' | 'close'>>

export type Blobs = Awaited<ReturnType<typeof openBlobs>>

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and makes a rename durable without it.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** One write in flight while the next megabyte is being gathered and hashed. */
async function drain(source: AsyncIterable<Buffer>, file: Pick<FileHandle, 'writev'>) {
  const hash = createHash('md5')
  let size = 0
  let gathered = 0
  let batch: Buffer[] = []
  let writing: Promise<unknown> = Promise.resolve()
  const flush = async () => {
    await writing
    const full = batch
    const expected = gathered
    batch = []
    gathered = 0
    writing = full.length ? writeAll(file, full, expected) : Promise.resolve()
    // The failure surfaces at the next await; until then it must not count as unhandled.
    writing.catch(() => {})
  }
  try {
    for await (const bytes of source) {
      hash.update(bytes)
      size += bytes.length
      gathered += bytes.length
      batch.push(bytes)
      if (gathered >= batchBytes) await flush()
    }
    await flush()
  } finally {
    await writing
  }
  return { size, md5: hash.digest('hex') }
}

/** A disk that fills up takes part of a write before it refuses the next one. */
async function writeAll(
  file: Pick<FileHandle, 'writev'>,
  buffers: Buffer[],
  expected: number,
): Promise<void> {
  const { bytesWritten } = await file.writev(buffers)
  if (bytesWritten === expected) return
  const rest = Buffer.concat(buffers).subarray(bytesWritten)
  await writeAll(file, [rest], rest.length)
}

/**
 * Immutable files under random names. A file is durable (fsync of it and its folder) before its name is handed
 * out; one that no catalog row names is an orphan of a crash, and `sweep` removes it.
 */
export async function openBlobs(folder: string, openFile: OpenFile = (path) => open(path, 'wx')) {
  for (const name of folders) await mkdir(join(folder, name), { recursive: true })
  await syncFolder(folder)
  const held = new Map<string, number>()
  const doomed = new Set<string>()
  const pathOf = (id: string) => join(folder, id.slice(0, 2), id)
  const erase = (id: string) => unlink(pathOf(id)).catch(() => {})

  /** Writes a new blob; whatever goes wrong, nothing of it stays. */
  async function write(source: AsyncIterable<Buffer>): Promise<Segment & { md5: string }> {
    const id = randomBytes(16).toString('hex')
    const file = await openFile(pathOf(id))
    try {
      const written = await drain(source, file)
      await file.sync()
      await syncFolder(join(folder, id.slice(0, 2)))
      await file.close()
      return { id, ...written }
    } catch (error) {
      await file.close().catch(() => {})
      await erase(id)
      throw error
    }
  }

  /** A second name for the same bytes, so that a copy costs nothing and either may be removed. */
  async function duplicate(segments: readonly Segment[]): Promise<Segment[]> {
    const copies: Segment[] = []
    try {
      for (const { id, size } of segments) {
        const copy = randomBytes(16).toString('hex')
        copies.push({ id: copy, size })
        await link(pathOf(id), pathOf(copy)).catch(() => copyFile(pathOf(id), pathOf(copy)))
        await syncFolder(join(folder, copy.slice(0, 2)))
      }
      return copies
    } catch (error) {
      await remove(copies)
      throw error
    }
  }

  /** Keeps these files until the returned function is called, though their object be replaced meanwhile. */
  function hold(segments: readonly Segment[]): () => void {
    for (const { id } of segments) held.set(id, (held.get(id) ?? 0) + 1)
    return () => {
      for (const { id } of segments) {
        const left = (held.get(id) ?? 1) - 1
        if (left > 0) held.set(id, left)
        else held.delete(id)
        if (left <= 0 && doomed.delete(id)) void erase(id)
      }
    }
  }

  /** The bytes from `start` to `end`, both inclusive, across segments. */
  async function* read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0
    for (const { id, size } of segments) {
      const from = Math.max(start - offset, 0)
      const to = Math.min(end - offset, size - 1)
      if (from <= to) yield* createReadStream(pathOf(id), { start: from, end: to, highWaterMark: batchBytes })
      offset += size
    }
  }

  async function remove(segments: readonly Segment[]): Promise<void> {
    for (const { id } of segments) {
      if (held.has(id)) doomed.add(id)
      else await erase(id)
    }
  }

  /** Removes every file that is not in `keep`; only for the start, before there are writers. */
  async function sweep(keep: ReadonlySet<string>): Promise<number> {
    let removed = 0
    for (const name of folders) {
      const orphans = (await readdir(join(folder, name))).filter((id) => !keep.has(id))
      for (const id of orphans) await unlink(join(folder, name, id))
      removed += orphans.length
    }
    return removed
  }

  return { write, duplicate, hold, read, remove, sweep }
}
