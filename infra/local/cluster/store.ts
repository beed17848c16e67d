import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { internal } from './errors.ts'
import type { KubeObject } from './objects.ts'

/** One committed write. `version` is the resourceVersion that it was given. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** `group/plural` of the kind. */
  kind: string
  object: KubeObject
  previous: KubeObject | undefined
  version: number
}

export interface Store {
  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined
  /** In name order. Without a namespace: all namespaces. The objects are shared: clone before changing one. */
  list(kind: string, namespace?: string): KubeObject[]
  kinds(): string[]
  /** Writes at once in memory, durably within the next commit; throws nothing when `expected` is stale: answers undefined. */
  put(kind: string, object: KubeObject, expected: string | undefined): KubeObject | undefined
  remove(kind: string, object: KubeObject): KubeObject
  /** Committed changes after `version`; undefined when they are no longer remembered. */
  since(version: number): Change[] | undefined
  version(): number
  subscribe(listener: (change: Change) => void): () => void
  /**
   * Resolves when every write so far is on disk; while that is full, at once, for there is nothing to wait for.
   * @throws ApiError when it fills up meanwhile
   */
  flushed(): Promise<void>
  close(): void
}

const remembered = 8192
const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`

/** SQLite's result code 13 (SQLITE_FULL); a file beside the database that cannot grow is an error of input and output (10). */
const isFull = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && [10, 13].includes(Number(error.errcode) & 0xff)

/** One process per data folder: a second one would end the containers of the first as leftovers. */
function openAlone(file: string): DatabaseSync {
  // An earlier life may still be stopping its containers.
  const database = new DatabaseSync(file, { timeout: 8000 })
  // It holds Secrets. SQLite gives the files beside it the same mode.
  chmodSync(file, 0o600)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    return database
  } catch (error) {
    throw new Error(`${file} cannot be opened: does another cluster use this CLUSTER_DATA?`, { cause: error })
  }
}

/**
 * All objects in memory, every write in SQLite. Writes of one turn of the event loop share a commit (and its
 * fsync); nobody is told of a write, by answer or by watch, before it is on disk.
 */
export function openStore(file: string): Store {
  const database = openAlone(file)
  database.exec(
    'CREATE TABLE IF NOT EXISTS objects (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key))',
  )
  database.exec('CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER)')
  const upsert = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?)')
  const erase = database.prepare('DELETE FROM objects WHERE kind = ? AND key = ?')
  const keepVersion = database.prepare("INSERT OR REPLACE INTO counters VALUES ('version', ?)")

  const kinds = new Map<string, Map<string, KubeObject>>()
  const kindMap = (kind: string): Map<string, KubeObject> => {
    const existing = kinds.get(kind)
    if (existing) return existing
    const created = new Map<string, KubeObject>()
    kinds.set(kind, created)
    return created
  }
  for (const row of database.prepare('SELECT kind, key, value FROM objects').all())
    kindMap(String(row.kind)).set(String(row.key), JSON.parse(String(row.value)) as KubeObject)
  const counter = database.prepare("SELECT value FROM counters WHERE name = 'version'").get()
  let version = Number(counter?.value ?? 1)
  let floor = version

  const history: Change[] = []
  const listeners = new Set<(change: Change) => void>()
  let pending: Change[] = []
  let waiting: PromiseWithResolvers<void> | undefined

  const write = (batch: readonly Change[]): void => {
    database.exec('BEGIN')
    try {
      for (const { type, kind, object } of batch) {
        const key = keyOf(object.metadata.namespace, object.metadata.name)
        if (type === 'DELETED') erase.run(kind, key)
        else upsert.run(kind, key, JSON.stringify(object))
      }
      keepVersion.run(batch.at(-1)?.version ?? version)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
  /** As with etcd's alarm for space: reads go on, and writes are refused. Those that were under way are made when there is room. */
  let full = false
  const refusal = () => internal('the disk of the cluster is full: make room on it, then try again')
  const admit = (): void => {
    if (full) throw refusal()
  }

  const flush = (): void => {
    const batch = pending
    if (batch.length > 0) {
      try {
        write(batch)
      } catch (error) {
        if (!isFull(error)) throw error
        full = true
        waiting?.reject(refusal())
        setTimeout(flush, 500).unref()
        return
      }
    }
    full = false
    const done = waiting
    pending = []
    waiting = undefined
    history.push(...batch)
    if (history.length > remembered * 2) {
      const dropped = history.splice(0, history.length - remembered)
      floor = dropped.at(-1)?.version ?? floor
    }
    for (const change of batch) for (const listener of [...listeners]) listener(change)
    done?.resolve()
  }
  const record = (change: Change): void => {
    pending.push(change)
    if (waiting) return
    waiting = Promise.withResolvers()
    // The cluster's own writers do not wait for it.
    waiting.promise.catch(() => undefined)
    setImmediate(flush)
  }

  return {
    get: (kind, namespace, name) => kinds.get(kind)?.get(keyOf(namespace, name)),
    list(kind, namespace) {
      const objects = [...(kinds.get(kind)?.entries() ?? [])]
      const chosen = namespace ? objects.filter(([key]) => key.startsWith(`${namespace}/`)) : objects
      return chosen.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
    },
    kinds: () => [...kinds.keys()],
    put(kind, object, expected) {
      admit()
      const key = keyOf(object.metadata.namespace, object.metadata.name)
      const previous = kindMap(kind).get(key)
      if (previous?.metadata.resourceVersion !== expected) return undefined
      version += 1
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
      kindMap(kind).set(key, stored)
      record({ type: previous ? 'MODIFIED' : 'ADDED', kind, object: stored, previous, version })
      return stored
    },
    remove(kind, object) {
      admit()
      const key = keyOf(object.metadata.namespace, object.metadata.name)
      const previous = kindMap(kind).get(key)
      kindMap(kind).delete(key)
      version += 1
      const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
      record({ type: 'DELETED', kind, object: last, previous, version })
      return last
    },
    since(from) {
      if (from < floor) return undefined
      const index = history.findIndex((change) => change.version > from)
      return index < 0 ? [] : history.slice(index)
    },
    version: () => version,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    flushed: async () => (full ? undefined : waiting?.promise),
    close() {
      flush()
      database.close()
    },
  }
}
