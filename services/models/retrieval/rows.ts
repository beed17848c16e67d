import { bigintAsNumber } from '@berth/platform/postgres'
import { EntitySchema } from 'typeorm'
import type { StepRecord } from './steps.ts'

/** One run of the retrieval workflow; its id is the workflow's. */
export interface RetrievalRow {
  id: string
  versionId: string
  status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  steps: StepRecord[]
  bytesReceived: number
  bytesTotal: number | null
  error: string | null
  /** Names the source's content, by which two retrievals of one find each other; null while it is not known. */
  content: string | null
  finishedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** Whether nothing more comes of it. */
export const isOver = ({ status }: Pick<RetrievalRow, 'status'>): boolean =>
  status !== 'PENDING' && status !== 'RUNNING'

export const Retrievals = new EntitySchema<RetrievalRow>({
  name: 'Retrieval',
  tableName: 'retrievals',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    versionId: { type: 'uuid', name: 'version_id' },
    status: { type: 'text', default: 'PENDING' },
    steps: { type: 'jsonb' },
    bytesReceived: { type: 'bigint', name: 'bytes_received', default: 0, transformer: bigintAsNumber },
    bytesTotal: { type: 'bigint', name: 'bytes_total', nullable: true, transformer: bigintAsNumber },
    error: { type: 'text', nullable: true },
    content: { type: 'text', nullable: true },
    finishedAt: { type: 'timestamptz', name: 'finished_at', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at', updateDate: true },
  },
})
