import { bigintAsNumber } from '@berth/platform/postgres'
import { EntitySchema } from 'typeorm'

/** A tenant as this service knows it: where its servers run, and its counter of changes. */
export interface TenantRow {
  id: string
  namespace: string
  /** Goes up by one with each change of one of its servers; never back. */
  version: number
  /** The highest version of a tombstone that was swept: an older cursor can no longer be continued. */
  sweptVersion: number
}

export const Tenants = new EntitySchema<TenantRow>({
  name: 'Tenant',
  tableName: 'tenants',
  columns: {
    id: { type: 'uuid', primary: true },
    namespace: { type: 'text' },
    version: { type: 'bigint', transformer: bigintAsNumber },
    sweptVersion: { type: 'bigint', name: 'swept_version', transformer: bigintAsNumber },
  },
})
