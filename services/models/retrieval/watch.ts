import type { DataSource } from 'typeorm'
import { Versions } from '../registry/rows.ts'
import { isOver, type RetrievalRow, Retrievals } from './rows.ts'

/** Wakes whoever watches a version's retrieval. */
export interface RetrievalBell {
  ring(versionId: string): void
  ringAll(): void
  /** Calls `wake` whenever the version's retrieval may have changed; gives a function that ends this. */
  on(versionId: string, wake: () => void): () => void
}

export function createBell(): RetrievalBell {
  const wakers = new Map<string, Set<() => void>>()
  return {
    ring(versionId) {
      for (const wake of wakers.get(versionId) ?? []) wake()
    },
    ringAll() {
      for (const set of wakers.values()) for (const wake of set) wake()
    },
    on(versionId, wake) {
      const set = wakers.get(versionId) ?? new Set()
      wakers.set(versionId, set.add(wake))
      return () => {
        set.delete(wake)
        if (set.size === 0 && wakers.get(versionId) === set) wakers.delete(versionId)
      }
    },
  }
}

/** Reads the newest retrieval of a version: null when there was none yet, undefined when the version is gone. */
export async function newestRetrieval(
  database: DataSource,
  versionId: string,
): Promise<RetrievalRow | null | undefined> {
  const retrieval = await database.manager.findOne(Retrievals, {
    where: { versionId },
    order: { createdAt: 'DESC' },
  })
  if (retrieval) return retrieval
  return (await database.manager.existsBy(Versions, { id: versionId })) ? null : undefined
}

/**
 * The retrieval as it stands, then each change, the latest alone when the reader is slow; ends with the retrieval. Waits
 * when none has begun yet. Not a generator: one that waits cannot be ended from outside.
 */
export function watchRetrieval(
  bell: RetrievalBell,
  versionId: string,
  read: () => Promise<RetrievalRow | null | undefined>,
): AsyncIterableIterator<RetrievalRow> {
  let ended = false
  let rung = true
  let last = ''
  let wakeReader = () => {}
  const off = bell.on(versionId, () => {
    rung = true
    wakeReader()
  })
  const end = () => {
    ended = true
    off()
    wakeReader()
  }

  async function next(): Promise<IteratorResult<RetrievalRow>> {
    while (!ended) {
      if (!rung) await new Promise<void>((resolve) => (wakeReader = resolve))
      if (ended) break
      rung = false
      const row = await read()
      if (row === undefined) end()
      if (!row) continue
      const state = JSON.stringify({ ...row, updatedAt: undefined })
      if (state === last) continue
      last = state
      if (isOver(row)) end()
      return { done: false, value: row }
    }
    return { done: true, value: undefined }
  }

  return {
    next: () =>
      next().catch((error: unknown) => {
        end()
        throw error
      }),
    async return() {
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
