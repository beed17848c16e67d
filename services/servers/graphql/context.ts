import { batch } from '@berth/platform/batch'
import type { RequestContext } from '@berth/platform/subgraph'
import type { DataSource } from 'typeorm'
import { serversByVersion } from '../records/queries.ts'
import type { ServerRow } from '../records/server.ts'

export interface Context extends RequestContext {
  /** The tenant's servers that run a version, by name; many versions of one request are asked for at once. */
  serversOfVersion(tenantId: string, versionId: string): Promise<ServerRow[]>
}

export function createContext(database: DataSource, base: RequestContext): Context {
  // A request has one caller, and so one tenant.
  let find: ((versionId: string) => Promise<ServerRow[] | undefined>) | undefined
  return {
    ...base,
    async serversOfVersion(tenantId, versionId) {
      find ??= batch((ids) => serversByVersion(database, tenantId, ids))
      return (await find(versionId)) ?? []
    },
  }
}
