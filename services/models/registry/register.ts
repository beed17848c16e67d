import type { Log } from '@berth/platform/log'
import type { DataSource, EntityManager } from 'typeorm'
import type { Origins } from '../source/origin.ts'
import { peek } from '../source/peek.ts'
import { withoutQuery } from '../source/uri.ts'
import type { Registration } from './input.ts'
import { type ModelRow, type VersionRow, Versions } from './rows.ts'

export type Registered = { kind: 'registered' | 'taken'; version: VersionRow }

const peekWithinMs = 4_000

/**
 * Records a version. The same registration again gives the version that is there; another source under its tag, `taken`.
 */
export async function registerVersion(database: DataSource, registration: Registration): Promise<Registered> {
  return database.transaction(async (manager) => {
    const modelId = await modelFor(manager, registration)
    const { tag, sourceUri, sourceSha256 } = registration
    await manager
      .createQueryBuilder()
      .insert()
      .into(Versions)
      .values({ modelId, tag, sourceUri, sourceSha256 })
      .orIgnore()
      .execute()
    const version = await manager.findOneByOrFail(Versions, { modelId, tag })
    const same = version.sourceUri === sourceUri && version.sourceSha256 === sourceSha256
    return { kind: same ? 'registered' : 'taken', version }
  })
}

/** The model of that name, made where it is missing; its row stays locked, so that it is not deleted meanwhile. */
export async function modelFor(
  manager: EntityManager,
  { tenantId, name, description }: Pick<Registration, 'tenantId' | 'name' | 'description'>,
): Promise<string> {
  const [model]: Pick<ModelRow, 'id'>[] = await manager.query(
    `INSERT INTO models (tenant_id, name, description) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, name) DO UPDATE SET
       description = coalesce(models.description, excluded.description),
       updated_at = CASE WHEN models.description IS NULL AND excluded.description IS NOT NULL
                         THEN now() ELSE models.updated_at END
     RETURNING id`,
    [tenantId, name, description],
  )
  if (!model) throw new Error(`The model ${name} was neither there nor made.`)
  return model.id
}

/**
 * Looks at a new version's source, so that a plan can estimate memory before the retrieval. A source that cannot be
 * looked at now is no error: the retrieval will tell.
 */
export async function describeSource(
  { database, origins, log }: { database: DataSource; origins: Origins; log: Log },
  version: VersionRow,
): Promise<VersionRow> {
  if (version.metadata || version.status !== 'REGISTERED') return version
  const shown = withoutQuery(version.sourceUri)
  try {
    const { sizeBytes, metadata, error } = await peek(origins, version.sourceUri, peekWithinMs)
    if (error) log.info({ source: shown, err: error }, 'the header could not be read at the source')
    const found = {
      ...(sizeBytes !== undefined && { sourceSize: sizeBytes }),
      ...(metadata && { metadata }),
    }
    if (Object.keys(found).length === 0) return version
    await database.manager.update(Versions, { id: version.id }, found)
    return { ...version, ...found }
  } catch (error) {
    log.info({ source: shown, err: error }, 'the source could not be looked at')
    return version
  }
}
