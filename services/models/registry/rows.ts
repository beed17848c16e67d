import { bigintAsNumber } from '@berth/platform/postgres'
import { EntitySchema } from 'typeorm'
import type { Metadata } from '../gguf/metadata.ts'

/** A named model; `tenantId` is null for the shared catalogue. */
export interface ModelRow {
  id: string
  tenantId: string | null
  name: string
  description: string | null
  createdAt: Date
  updatedAt: Date
}

/** One version of a model: its source, and its object once that is in the store. */
export interface VersionRow {
  id: string
  modelId: string
  tag: string
  status: 'REGISTERED' | 'RETRIEVING' | 'READY' | 'FAILED'
  /** As it was registered, query string and all: never to be shown or logged. */
  sourceUri: string
  sourceSha256: string | null
  sourceSize: number | null
  objectPath: string | null
  objectSize: number | null
  objectSha256: string | null
  metadata: Metadata | null
  /** Since when it is being taken away (withdrawal.ts); null while it is there. */
  withdrawnAt: Date | null
  createdAt: Date
  updatedAt: Date
}

export const Models = new EntitySchema<ModelRow>({
  name: 'Model',
  tableName: 'models',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    tenantId: { type: 'uuid', name: 'tenant_id', nullable: true },
    name: { type: 'text' },
    description: { type: 'text', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at', updateDate: true },
  },
})

export const Versions = new EntitySchema<VersionRow>({
  name: 'ModelVersion',
  tableName: 'model_versions',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    modelId: { type: 'uuid', name: 'model_id' },
    tag: { type: 'text' },
    status: { type: 'text', default: 'REGISTERED' },
    sourceUri: { type: 'text', name: 'source_uri' },
    sourceSha256: { type: 'text', name: 'source_sha256', nullable: true },
    sourceSize: { type: 'bigint', name: 'source_size', nullable: true, transformer: bigintAsNumber },
    objectPath: { type: 'text', name: 'object_path', nullable: true },
    objectSize: { type: 'bigint', name: 'object_size', nullable: true, transformer: bigintAsNumber },
    objectSha256: { type: 'text', name: 'object_sha256', nullable: true },
    metadata: { type: 'jsonb', nullable: true },
    withdrawnAt: { type: 'timestamptz', name: 'withdrawn_at', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at', updateDate: true },
  },
})
