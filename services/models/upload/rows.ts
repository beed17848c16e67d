import { bigintAsNumber } from '@berth/platform/postgres'
import { EntitySchema } from 'typeorm'

/**
 * A file on its way from a person to the object store; the store knows which parts it has. The retrieval that verifies,
 * inspects and publishes it has the upload's id.
 */
export interface UploadRow {
  id: string
  versionId: string
  fileName: string
  sizeBytes: number
  partBytes: number
  /** Where it lies in the bucket. */
  objectKey: string
  /** The store's name for the multipart upload; null until the store has opened it, and once it has lost it. */
  storeUploadId: string | null
  /** Since when its parts are put together; null while it is open. */
  completedAt: Date | null
  createdAt: Date
  /** When parts were signed last. */
  updatedAt: Date
}

export const Uploads = new EntitySchema<UploadRow>({
  name: 'Upload',
  tableName: 'uploads',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    versionId: { type: 'uuid', name: 'version_id' },
    fileName: { type: 'text', name: 'file_name' },
    sizeBytes: { type: 'bigint', name: 'size_bytes', transformer: bigintAsNumber },
    partBytes: { type: 'bigint', name: 'part_bytes', transformer: bigintAsNumber },
    objectKey: { type: 'text', name: 'object_key' },
    storeUploadId: { type: 'text', name: 'store_upload_id', nullable: true },
    completedAt: { type: 'timestamptz', name: 'completed_at', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at', updateDate: true },
  },
})
