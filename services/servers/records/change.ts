import { type DataSource, type EntityManager, In, IsNull } from 'typeorm'
import { type ServerRow, Servers } from './server.ts'
import { type TenantRow, Tenants } from './tenant.ts'

/** The channel that tells of changes; its payload is `<tenant id>:<version>`. */
export const changesChannel = 'servers_changed'

/** Something that a person or the cluster did to a server, for the audit trail. */
export interface AuditEvent {
  tenantId: string
  /** A user's id, a service's client id, or `kubernetes`. */
  actor: string
  action: 'deploy' | 'scale' | 'stop' | 'start' | 'delete'
  serverId: string
  detail: Record<string, unknown>
}

/** A transaction on the servers of some tenants, which nobody else can change meanwhile. */
export interface Change {
  manager: EntityManager
  tenant(id: string): TenantRow
  /** The tenant's servers that are not deleted. */
  servers(tenantId: string): Promise<ServerRow[]>
  /** Writes a row at the end and gives it the tenant's next version, so that every subscriber hears of it. */
  save(row: ServerRow): ServerRow
  /** Writes a row whose change no caller can see: its version stays, nobody hears of it. */
  saveQuietly(row: ServerRow): void
  audit(event: AuditEvent): Promise<void>
}

/**
 * Changes servers in one transaction. It locks the tenants' rows first, always in the same order: their counters go up
 * without gaps and in the order of commits, which is what makes a version a cursor. Notifies once for each tenant.
 */
export async function changeServers<Result>(
  database: DataSource,
  tenantIds: readonly string[],
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (manager) => {
    const ids = [...new Set(tenantIds)].sort()
    const tenants = new Map<string, TenantRow>()
    const locked = await manager.find(Tenants, {
      where: { id: In(ids) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    })
    for (const tenant of locked) tenants.set(tenant.id, tenant)
    const tenant = (id: string): TenantRow => {
      const found = tenants.get(id)
      if (!found) throw new Error(`The tenant ${id} is not locked by this transaction.`)
      return found
    }
    const loud = new Map<string, ServerRow>()
    const quiet = new Map<string, ServerRow>()
    const result = await work({
      manager,
      tenant,
      servers: (tenantId) => manager.find(Servers, { where: { tenantId, deletedAt: IsNull() } }),
      save(row) {
        const version = ++tenant(row.tenantId).version
        const isNew = row.version === 0
        const next = { ...row, version, createdVersion: isNew ? version : row.createdVersion }
        next.updatedAt = new Date()
        loud.set(row.id, next)
        quiet.delete(row.id)
        return next
      },
      saveQuietly(row) {
        if (loud.has(row.id)) loud.set(row.id, row)
        else quiet.set(row.id, row)
      },
      async audit({ tenantId, actor, action, serverId, detail }) {
        await manager.query(
          'INSERT INTO audit_events (tenant_id, actor, action, server_id, detail) VALUES ($1, $2, $3, $4, $5)',
          [tenantId, actor, action, serverId, detail],
        )
      },
    })
    await write(manager, [...loud.values(), ...quiet.values()])
    await announce(manager, tenants, new Set([...loud.values()].map(({ tenantId }) => tenantId)))
    return result
  })
}

async function write(manager: EntityManager, rows: ServerRow[]): Promise<void> {
  if (rows.length === 0) return
  await manager.upsert(Servers, rows, { conflictPaths: ['id'], skipUpdateIfNoValuesChanged: false })
}

async function announce(
  manager: EntityManager,
  tenants: ReadonlyMap<string, TenantRow>,
  changed: ReadonlySet<string>,
): Promise<void> {
  for (const id of changed) {
    const version = tenants.get(id)?.version
    await manager.query(
      `WITH counted AS (UPDATE tenants SET version = $2::bigint WHERE id = $1::uuid)
       SELECT pg_notify($3, $4)`,
      [id, version, changesChannel, `${id}:${version}`],
    )
  }
}

/** Records a tenant, so that it can be locked. Its namespace follows what its tokens say. */
export async function ensureTenant(database: DataSource, id: string, namespace: string): Promise<void> {
  await database.query(
    `INSERT INTO tenants (id, namespace) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET namespace = EXCLUDED.namespace WHERE tenants.namespace <> EXCLUDED.namespace`,
    [id, namespace],
  )
}
