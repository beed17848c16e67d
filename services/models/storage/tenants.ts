import type { EntityManager } from 'typeorm'
import type { Viewer } from '../registry/visible.ts'

/** A tenant's namespace is `berth-` and its name, by which configuration gives it limits. */
export const namespaceName = (namespace: string | undefined): string | undefined =>
  namespace?.replace(/^berth-/, '')

/** Records a tenant's name as its token says it: a workflow has no token to read it from. */
export async function rememberTenant(manager: EntityManager, { tenantId, namespace }: Viewer): Promise<void> {
  const name = namespaceName(namespace)
  if (name === undefined) return
  await manager.query(
    `INSERT INTO tenants (id, name) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE tenants.name <> excluded.name`,
    [tenantId, name],
  )
}
