import type { EntityManager } from 'typeorm'
import type { Viewer } from '../registry/visible.ts'
import type { LimitsOf, StorageLimits } from './limits.ts'
import { refusal, type Storage } from './refusal.ts'
import { namespaceName, rememberTenant } from './tenants.ts'

/** The owner's limits hold no more; the message has the figures, and is meant for callers. */
export class StorageExceeded extends Error {
  override name = 'StorageExceeded'
  readonly storage: Storage
  constructor(message: string, storage: Storage) {
    super(message)
    this.storage = storage
  }
}

/** A version whose file is to be kept. */
export interface Reservation {
  versionId: string
  /** Null while its source has not said. */
  sizeBytes: number | null
  /** Who asks for it; absent where a workflow does. */
  viewer?: Viewer
}

/** How much each tenant, and the shared catalogue, keep in the object store, and may. */
export interface StorageContract {
  /** What the viewer's tenant stores. */
  of(manager: EntityManager, viewer: Viewer): Promise<Storage>
  /**
   * Makes sure that a version's file has room besides all else that its owner stores, or has on its way. What is on its
   * way is what the rows say: open uploads, and retrievals that wait or run. So whoever reserves writes such a row, or the
   * size in it, in the same transaction, afterwards; until that ends, nobody else reserves for the same owner. Take this
   * lock last, so that it is held briefly and no two transactions wait for each other.
   * @throws StorageExceeded
   */
  reserve(manager: EntityManager, wanted: Reservation): Promise<void>
}

/** The first half of the lock's key; the second stands for the owner. */
const lockClass = 7_120_313

export function createStorageContract(limitsOf: LimitsOf): StorageContract {
  return {
    async of(manager, { tenantId, namespace }) {
      return { ...(await stored(manager, tenantId)), ...told(limitsOf.tenant(namespaceName(namespace))) }
    },
    async reserve(manager, { versionId, sizeBytes, viewer }) {
      if (viewer) await rememberTenant(manager, viewer)
      const { tenantId, tenantName, name } = await ownerOf(manager, versionId)
      await manager.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [lockClass, tenantId ?? 'shared'])
      const limits = tenantId === null ? limitsOf.shared : limitsOf.tenant(tenantName ?? undefined)
      const storage = { ...(await stored(manager, tenantId, versionId)), ...told(limits) }
      const message = refusal(storage, { name, sizeBytes, shared: tenantId === null })
      if (message !== undefined) throw new StorageExceeded(message, storage)
    },
  }
}

const told = ({ storage, file }: StorageLimits) => ({ limitBytes: storage, fileLimitBytes: file })

interface Owner {
  tenantId: string | null
  tenantName: string | null
  name: string
}

async function ownerOf(manager: EntityManager, versionId: string): Promise<Owner> {
  const [owner]: Owner[] = await manager.query(
    `SELECT models.tenant_id AS "tenantId", tenants.name AS "tenantName", models.name || ':' || tag AS name
     FROM model_versions JOIN models ON models.id = model_id LEFT JOIN tenants ON tenants.id = tenant_id
     WHERE model_versions.id = $1`,
    [versionId],
  )
  if (!owner) throw new Error(`The version ${versionId} is gone, so nothing can be reserved for it.`)
  return owner
}

/** What an owner stores, and has on its way, apart from one version. The shared catalogue's owner is null. */
async function stored(
  manager: EntityManager,
  tenantId: string | null,
  exceptVersionId: string | null = null,
): Promise<Pick<Storage, 'usedBytes' | 'reservedBytes'>> {
  const [sums]: { used: string; reserved: string }[] = await manager.query(
    `WITH owned AS (
       SELECT model_versions.* FROM models JOIN model_versions ON model_id = models.id
       WHERE tenant_id = $1 OR ($1::uuid IS NULL AND tenant_id IS NULL)
     ), objects AS (
       SELECT max(object_size) AS size FROM owned WHERE object_sha256 IS NOT NULL GROUP BY object_sha256
     ), coming AS (
       SELECT greatest(
         uploads.size_bytes, retrievals.bytes_total, retrievals.bytes_received,
         CASE WHEN retrievals.id IS NOT NULL THEN source_size END
       ) AS size
       FROM owned
       LEFT JOIN uploads ON uploads.version_id = owned.id AND uploads.completed_at IS NULL
       LEFT JOIN retrievals ON retrievals.version_id = owned.id AND retrievals.status IN ('PENDING', 'RUNNING')
       WHERE object_sha256 IS NULL AND owned.id IS DISTINCT FROM $2
     )
     SELECT (SELECT coalesce(sum(size), 0) FROM objects) AS used,
            (SELECT coalesce(sum(size), 0) FROM coming) AS reserved`,
    [tenantId, exceptVersionId],
  )
  return { usedBytes: Number(sums?.used), reservedBytes: Number(sums?.reserved) }
}
