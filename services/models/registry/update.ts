import type { Log } from '@berth/platform/log'
import { isUniqueViolation } from '@berth/platform/postgres'
import { type DataSource, type EntityManager, IsNull } from 'typeorm'
import type { ModelChange } from './input.ts'
import { type ModelRow, Models, Versions } from './rows.ts'
import type { UsersOf, VersionUser } from './usage.ts'
import type { Viewer } from './visible.ts'
import { holds, restore, type Withdrawal, withdraw } from './withdrawal.ts'

export type Updated =
  | { kind: 'updated'; model: ModelRow }
  | { kind: 'gone' | 'nameTaken' | 'late' }
  | { kind: 'inUse'; users: VersionUser[] }

interface UpdateTools {
  database: DataSource
  usersOf: UsersOf
  log: Log
}

/**
 * Renames or describes a model, or moves it between the shared catalogue and the viewer's tenant. Out of the catalogue it
 * goes only when no other tenant's server uses it; one that is deployed meanwhile either keeps it there, or learns that
 * it is gone (withdrawal.ts). Who may do it is the caller's to decide before.
 */
export async function updateModel(
  tools: UpdateTools,
  viewer: Viewer,
  model: ModelRow,
  change: ModelChange,
): Promise<Updated> {
  const { database, log } = tools
  if (change.shared !== false || model.tenantId !== null) return write(database, viewer, model, change)
  const users = await otherUsers(tools, viewer, model)
  if (users.length > 0) return { kind: 'inUse', users }
  const versions = await database.manager.findBy(Versions, { modelId: model.id })
  const withdrawal = await withdraw(
    database,
    versions.map(({ id }) => id),
  )
  if (!withdrawal) return { kind: 'late' }
  try {
    const newUsers = await otherUsers(tools, viewer, model)
    if (newUsers.length > 0) return { kind: 'inUse', users: newUsers }
    return await write(database, viewer, model, change, withdrawal)
  } finally {
    await restore(database, withdrawal, log)
  }
}

async function otherUsers(
  { database, usersOf }: UpdateTools,
  { tenantId }: Viewer,
  { id }: ModelRow,
): Promise<VersionUser[]> {
  const versions = await database.manager.findBy(Versions, { modelId: id })
  const users = await Promise.all(versions.map((version) => usersOf(version.id)))
  return users.flat().filter((user) => user.tenantId !== tenantId)
}

/** A model's row after a change; undefined where nothing is different. */
export function changed(model: ModelRow, { tenantId }: Viewer, change: ModelChange): ModelRow | undefined {
  const { shared = model.tenantId === null, ...texts } = change
  // One that is not shared stays whose it is.
  const next = { ...model, ...texts, tenantId: shared ? null : (model.tenantId ?? tenantId) }
  const same = (['name', 'description', 'tenantId'] as const).every((key) => next[key] === model[key])
  return same ? undefined : next
}

async function write(
  database: DataSource,
  viewer: Viewer,
  { id, tenantId }: ModelRow,
  change: ModelChange,
  withdrawal?: Withdrawal,
): Promise<Updated> {
  const work = async (manager: EntityManager): Promise<Updated> => {
    // A registration holds the same lock, so that no version comes in between that nobody asked for the users of.
    const model = await manager.findOne(Models, { where: { id }, lock: { mode: 'pessimistic_write' } })
    if (!model || model.tenantId !== tenantId) return { kind: 'gone' }
    const next = changed(model, viewer, change)
    if (!next) return { kind: 'updated', model }
    if (withdrawal) {
      const unasked = await manager.existsBy(Versions, { modelId: id, withdrawnAt: IsNull() })
      if (unasked || !(await holds(manager, withdrawal))) return { kind: 'late' }
    }
    return { kind: 'updated', model: await manager.save(Models, next) }
  }
  try {
    return await database.transaction(work)
  } catch (error) {
    if (isUniqueViolation(error, 'models_tenant_name')) return { kind: 'nameTaken' }
    throw error
  }
}
