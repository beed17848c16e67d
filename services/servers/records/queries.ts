import { isUuid } from '@berth/platform/uuid'
import type { ServerStatus } from '@berth/schema/generated/servers.ts'
import { type DataSource, In, IsNull, MoreThan } from 'typeorm'
import type { PageCursor } from './cursor.ts'
import { type ServerRow, Servers } from './server.ts'
import { Tenants } from './tenant.ts'

/** A tenant's server that is not deleted; null when there is none, or it is another tenant's. */
export async function findServer(
  database: DataSource,
  tenantId: string,
  id: string,
): Promise<ServerRow | null> {
  if (!isUuid(id)) return null
  return database.manager.findOne(Servers, { where: { id, tenantId, deletedAt: IsNull() } })
}

/** A tenant's server, or what is left of one that was deleted lately. */
export async function findServerOrTombstone(
  database: DataSource,
  tenantId: string,
  id: string,
): Promise<ServerRow | null> {
  if (!isUuid(id)) return null
  return database.manager.findOne(Servers, { where: { id, tenantId } })
}

/** The tenant's servers that are not deleted. */
export const serversOf = (database: DataSource, tenantId: string): Promise<ServerRow[]> =>
  database.manager.find(Servers, { where: { tenantId, deletedAt: IsNull() } })

/** A page of the tenant's servers, newest first, with one more than `first` when there are more. */
export function pageOfServers(
  database: DataSource,
  tenantId: string,
  page: { first: number; after: PageCursor | undefined; status: ServerStatus | null | undefined },
): Promise<ServerRow[]> {
  const query = database.manager
    .createQueryBuilder(Servers, 's')
    .where('s.tenantId = :tenantId AND s.deletedAt IS NULL', { tenantId })
    .orderBy('s.createdAt', 'DESC')
    .addOrderBy('s.id', 'DESC')
    .limit(page.first + 1)
  if (page.status) query.andWhere('s.status = :status', { status: page.status })
  if (page.after) query.andWhere('(s.createdAt, s.id) < (:createdAt::timestamptz, :id::uuid)', page.after)
  return query.getMany()
}

/** Where a tenant stands, and its servers as of then, by version. */
export async function readSnapshot(
  database: DataSource,
  tenantId: string,
): Promise<{ version: number; rows: ServerRow[] }> {
  // One snapshot of the database, so that no change falls between the counter and the rows.
  return database.transaction('REPEATABLE READ', async (manager) => {
    const tenant = await manager.findOne(Tenants, { where: { id: tenantId } })
    const rows = await manager.find(Servers, {
      where: { tenantId, deletedAt: IsNull() },
      order: { version: 'ASC' },
    })
    return { version: tenant?.version ?? 0, rows }
  })
}

/** The tenant's servers that changed after a version, tombstones too, oldest change first, `limit` at most. */
export function readChanges(
  database: DataSource,
  tenantId: string,
  after: number,
  limit: number,
): Promise<ServerRow[]> {
  return database.manager.find(Servers, {
    where: { tenantId, version: MoreThan(after) },
    order: { version: 'ASC' },
    take: limit,
  })
}

/** Whether a subscription may go on from a version: it is not ahead of the tenant, nor older than swept tombstones. */
export async function canContinue(database: DataSource, tenantId: string, version: number): Promise<boolean> {
  const tenant = await database.manager.findOne(Tenants, { where: { id: tenantId } })
  return tenant !== null && version <= tenant.version && version >= tenant.sweptVersion
}

/** Which servers use a version of a model, of every tenant. */
export function serversOfVersion(
  database: DataSource,
  versionId: string,
): Promise<Pick<ServerRow, 'tenantId' | 'name'>[]> {
  if (!isUuid(versionId)) return Promise.resolve([])
  return database.manager.find(Servers, {
    select: { tenantId: true, name: true },
    where: { modelVersionId: versionId, deletedAt: IsNull() },
    order: { name: 'ASC' },
  })
}

/** The tenant's servers that run any of these versions, by version, each list by name. */
export async function serversByVersion(
  database: DataSource,
  tenantId: string,
  versionIds: readonly string[],
): Promise<Map<string, ServerRow[]>> {
  const servers = await database.manager.find(Servers, {
    where: { tenantId, modelVersionId: In(versionIds), deletedAt: IsNull() },
    order: { name: 'ASC' },
  })
  return Map.groupBy(servers, ({ modelVersionId }) => modelVersionId)
}
