import { batch } from '@berth/platform/batch'
import { type DataSource, In } from 'typeorm'
import { type ModelRow, type VersionRow, Versions } from '../registry/rows.ts'
import { type Viewer, visibleModels, visibleVersions } from '../registry/visible.ts'
import { noWithdrawal } from '../registry/withdrawal.ts'
import { type RetrievalRow, Retrievals } from '../retrieval/rows.ts'

/** Reads rows for a viewer, many at once. What the viewer may not see is as if it were not there. */
export function createLoaders(database: DataSource, viewer: Viewer) {
  const { manager } = database
  const byId = <Row extends { id: string }>(rows: Row[]) => new Map(rows.map((row) => [row.id, row]))
  return {
    model: batch<ModelRow>(async (ids) => byId(await visibleModels(manager, viewer, ids))),
    version: batch<VersionRow>(async (ids) => byId(await visibleVersions(manager, viewer, ids))),
    /** Of a version whose id the viewer has from us. */
    modelOfVersion: batch<ModelRow>(async (ids) => {
      const versions = await visibleVersions(manager, viewer, ids)
      const models = byId(
        await visibleModels(
          manager,
          viewer,
          versions.map(({ modelId }) => modelId),
        ),
      )
      return new Map(versions.flatMap(({ id, modelId }) => pairs(id, models.get(modelId))))
    }),
    /** Newest first. */
    versionsOfModel: batch<VersionRow[]>(async (ids) => {
      const models = await visibleModels(manager, viewer, ids)
      const versions = await manager.find(Versions, {
        where: { modelId: In(models.map(({ id }) => id)), withdrawnAt: noWithdrawal() },
        order: { createdAt: 'DESC', id: 'DESC' },
      })
      return Map.groupBy(versions, ({ modelId }) => modelId)
    }),
    /** The newest one of a version whose id the viewer has from us. */
    retrievalOfVersion: batch<RetrievalRow>(async (ids) => {
      const retrievals = await manager
        .createQueryBuilder(Retrievals, 'retrieval')
        .distinctOn(['retrieval.versionId'])
        .where({ versionId: In(ids) })
        .orderBy('retrieval.versionId')
        .addOrderBy('retrieval.createdAt', 'DESC')
        .getMany()
      return new Map(retrievals.map((row) => [row.versionId, row]))
    }),
    /** A retrieval by its own id, of a version that the viewer may see. */
    retrieval: batch<RetrievalRow>(async (ids) => {
      const rows = await manager.findBy(Retrievals, { id: In(ids) })
      const versions = byId(
        await visibleVersions(
          manager,
          viewer,
          rows.map(({ versionId }) => versionId),
        ),
      )
      return byId(rows.filter(({ versionId }) => versions.has(versionId)))
    }),
  }
}

export type Loaders = ReturnType<typeof createLoaders>

const pairs = <Value>(key: string, value: Value | undefined): [string, Value][] =>
  value === undefined ? [] : [[key, value]]
