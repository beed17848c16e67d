import { isUuid } from '@berth/platform/uuid'
import type { EntityManager } from 'typeorm'
import type { Viewer } from '../registry/visible.ts'
import { type UploadRow, Uploads } from './rows.ts'

/** Uploads belong to a tenant as their models do; those of the shared catalogue to its admins. */
const query = (manager: EntityManager, { tenantId, isAdmin }: Viewer) =>
  manager
    .createQueryBuilder(Uploads, 'upload')
    .innerJoin('model_versions', 'version', 'version.id = upload.version_id')
    .innerJoin('models', 'model', 'model.id = version.model_id')
    .where(
      isAdmin ? '(model.tenant_id = :tenantId OR model.tenant_id IS NULL)' : 'model.tenant_id = :tenantId',
      {
        tenantId,
      },
    )

/** One that the viewer may go on with; undefined when there is none. */
export const visibleUpload = async (
  manager: EntityManager,
  viewer: Viewer,
  id: string,
): Promise<UploadRow | undefined> =>
  isUuid(id)
    ? ((await query(manager, viewer).andWhere('upload.id = :id', { id }).getOne()) ?? undefined)
    : undefined

/** Those that are not complete, newest first. */
export const openUploads = (manager: EntityManager, viewer: Viewer): Promise<UploadRow[]> =>
  query(manager, viewer)
    .andWhere('upload.completed_at IS NULL')
    .orderBy('upload.createdAt', 'DESC')
    .limit(100)
    .getMany()
