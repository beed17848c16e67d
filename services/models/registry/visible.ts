import { isUuid } from '@berth/platform/uuid'
import { type EntityManager, In } from 'typeorm'
import { type ModelRow, Models, type VersionRow, Versions } from './rows.ts'
import { noWithdrawal } from './withdrawal.ts'

/** Who looks: a tenant sees its own rows and the shared ones. */
export interface Viewer {
  tenantId: string
  isAdmin: boolean
  /** The tenant's namespace in Kubernetes, which has its name in it; absent when the token does not say. */
  namespace?: string | undefined
}

/** Of the models asked for, those that the viewer may see. */
export async function visibleModels(
  manager: EntityManager,
  { tenantId }: Viewer,
  ids: readonly string[],
): Promise<ModelRow[]> {
  const models = await manager.findBy(Models, { id: In(ids) })
  return models.filter((model) => model.tenantId === null || model.tenantId === tenantId)
}

/** Of the versions asked for, those that are not being taken away, and whose model the viewer may see. */
export async function visibleVersions(
  manager: EntityManager,
  viewer: Viewer,
  ids: readonly string[],
): Promise<VersionRow[]> {
  const versions = await manager.findBy(Versions, { id: In(ids), withdrawnAt: noWithdrawal() })
  const models = await visibleModels(
    manager,
    viewer,
    versions.map(({ modelId }) => modelId),
  )
  const seen = new Set(models.map(({ id }) => id))
  return versions.filter(({ modelId }) => seen.has(modelId))
}

export const visibleVersion = async (
  manager: EntityManager,
  viewer: Viewer,
  id: string,
): Promise<VersionRow | undefined> =>
  isUuid(id) ? (await visibleVersions(manager, viewer, [id]))[0] : undefined
