import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A run of an object's bytes, in a file of its own that never changes. */
export type Segment = { id: string; size: number }

const batchBytes = 1024 ** 2
const folders = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'))
const newId = () => randomBytes(16).toString('hex')

/** A new file that is on the disk (fsync) when its stream has closed; tests put a full disk behind it. */
export type CreateFile = (path: string) => Writable
const createFile: CreateFile = (path) =>
  createWriteStream(path, { flags: 'wx', flush: true, highWaterMark: 4 * batchBytes })

export type Blobs = Awaited<ReturnType<typeof openBlobs>>

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and makes a rename durable without it.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/**
 * Immutable files under random names. A file is durable (fsync of it and its folder) before its name is handed
 * out; one that no catalog row names is an orphan of a crash, and `sweep` removes it.
 */
export async function openBlobs(folder: string, create: CreateFile = createFile) {
  for (const name of folders) await mkdir(join(folder, name), { recursive: true })
  await syncFolder(folder)
  const holders = new Map<string, number>()
  const doomed = new Set<string>()
  const pathOf = (id: string) => join(folder, id.slice(0, 2), id)
  const erase = (id: string) => unlink(pathOf(id)).catch(() => {})

  /** Writes a new blob; whatever goes wrong, nothing of it stays. */
  async function write(source: AsyncIterable<Buffer>): Promise<Segment & { md5: string }> {
    const id = newId()
    const hash = createHash('md5')
    let size = 0
    async function* measured() {
      for await (const bytes of source) {
        hash.update(bytes)
        size += bytes.length
        yield bytes
      }
    }
    try {
      await pipeline(measured, create(pathOf(id)))
      await syncFolder(dirname(pathOf(id)))
      return { id, size, md5: hash.digest('hex') }
    } catch (error) {
      await erase(id)
      throw error
    }
  }

  /** A second name for the same bytes, so that a copy costs nothing and either may be removed. */
  async function duplicate(segments: readonly Segment[]): Promise<Segment[]> {
    const copies = segments.map(({ size }) => ({ id: newId(), size }))
    try {
      for (const [index, { id }] of segments.entries()) {
        const [from, to] = [pathOf(id), pathOf(copies[index]?.id ?? '')]
        await link(from, to).catch(() => copyFile(from, to))
      }
      for (const path of new Set(copies.map(({ id }) => dirname(pathOf(id))))) await syncFolder(path)
      return copies
    } catch (error) {
      await remove(copies)
      throw error
    }
  }

  /** Keeps these files until the returned function is called, though their object be replaced meanwhile. */
  function hold(segments: readonly Segment[]): () => void {
    for (const { id } of segments) holders.set(id, (holders.get(id) ?? 0) + 1)
    return () => {
      for (const { id } of segments) {
        const left = (holders.get(id) ?? 1) - 1
        if (left > 0) holders.set(id, left)
        else holders.delete(id)
        if (left === 0 && doomed.delete(id)) void erase(id)
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
      if (holders.has(id)) doomed.add(id)
      else await erase(id)
    }
  }

  /** Removes every file that is not in `keep`; only for the start, before there are writers. */
  async function sweep(keep: ReadonlySet<string>): Promise<void> {
    for (const name of folders) {
      for (const id of await readdir(join(folder, name)))
        if (!keep.has(id)) await unlink(join(folder, name, id))
    }
  }

  return { write, duplicate, hold, read, remove, sweep }
}
