import { isUniqueViolation } from '@berth/platform/postgres'
import type { DataSource } from 'typeorm'
import { type VersionRow, Versions } from './rows.ts'

export type Retagged = { kind: 'retagged' | 'taken'; version: VersionRow } | { kind: 'gone' }

/**
 * Gives a version another tag; `taken` gives the version of the same model that has it. Who may do it is the caller's to
 * decide before.
 */
export async function retagVersion(
  database: DataSource,
  version: VersionRow,
  tag: string,
): Promise<Retagged> {
  const { id, modelId } = version
  if (version.tag === tag) return { kind: 'retagged', version }
  try {
    await database.manager.update(Versions, { id }, { tag })
    const retagged = await database.manager.findOneBy(Versions, { id })
    return retagged ? { kind: 'retagged', version: retagged } : { kind: 'gone' }
  } catch (error) {
    if (!isUniqueViolation(error, 'model_versions_tag')) throw error
    const holder = await database.manager.findOneBy(Versions, { modelId, tag })
    // One that has let go of the tag in between leaves it to this one.
    return holder ? { kind: 'taken', version: holder } : retagVersion(database, version, tag)
  }
}
