import type { DataSource } from 'typeorm'
import { canContinue, readChanges, readSnapshot } from '../records/queries.ts'
import type { ServerRow } from '../records/server.ts'

/** Reads what changed, once for all the subscribers that stand at the same place. */
export interface ChangeReader {
  snapshot(tenantId: string): Promise<{ version: number; rows: ServerRow[] }>
  canContinue(tenantId: string, version: number): Promise<boolean>
  /**
   * The rows after a version, a page at most. `upTo` is the version that the caller was told of: a read that began
   * before it was known cannot be shared.
   */
  changes(tenantId: string, after: number, upTo: number | undefined): Promise<ServerRow[]>
}

/** Rows that are read at once; fewer than this means that there are no more. */
export const pageSize = 100

export function createChangeReader(database: DataSource): ChangeReader {
  const underWay = new Map<string, Promise<ServerRow[]>>()
  return {
    snapshot: (tenantId) => readSnapshot(database, tenantId),
    canContinue: (tenantId, version) => canContinue(database, tenantId, version),
    changes(tenantId, after, upTo) {
      if (upTo === undefined) return readChanges(database, tenantId, after, pageSize)
      const key = `${tenantId}:${after}:${upTo}`
      const shared = underWay.get(key)
      if (shared) return shared
      const reading = readChanges(database, tenantId, after, pageSize).finally(() => underWay.delete(key))
      underWay.set(key, reading)
      return reading
    },
  }
}
