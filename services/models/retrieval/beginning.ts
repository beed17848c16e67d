import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import type { Facts } from './attempt.ts'
import { type StepRecord, stepNames } from './steps.ts'

/** What a retrieval's workflow begins with. */
export interface Beginning {
  /** Its own steps, in order. */
  steps: readonly RetrievalStepName[]
  facts: Facts
}

/** That of a file which is somewhere else. */
export const fromSource: Beginning = { steps: stepNames, facts: {} }

/** In place of a tenant's id: the shared catalogue counts as one owner. */
export const sharedOwner = 'shared'

interface Row {
  tenant_id: string | null
  steps: StepRecord[]
  object_key: string | null
  size_bytes: string
}

/** Reads what a retrieval begins with, and whose model it is for. */
export async function beginningOf(
  database: DataSource,
  retrievalId: string,
): Promise<{ owner: string; beginning: Beginning }> {
  const [row]: Row[] = await database.query(
    `SELECT tenant_id, steps, object_key, size_bytes FROM retrievals
     JOIN model_versions ON model_versions.id = retrievals.version_id JOIN models ON models.id = model_id
     LEFT JOIN uploads ON uploads.version_id = retrievals.version_id AND completed_at IS NOT NULL
     WHERE retrievals.id = $1`,
    [retrievalId],
  )
  const owner = row?.tenant_id ?? sharedOwner
  if (!row) return { owner, beginning: fromSource }
  const uploaded = row.object_key !== null && { key: row.object_key, sizeBytes: Number(row.size_bytes) }
  const steps = row.steps.map(({ name }) => name)
  return { owner, beginning: { steps, facts: uploaded ? { uploaded } : {} } }
}
