import type { Log } from '@berth/platform/log'
import { repeat } from '@berth/platform/schedule'
import { isUuid } from '@berth/platform/uuid'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { type DataSource, In, LessThan } from 'typeorm'
import type { Bucket } from '../store/bucket.ts'
import type { Workplace } from './attempt.ts'
import { failRetrieval } from './progress.ts'
import { discardIncoming } from './publish.ts'
import { Retrievals } from './rows.ts'
import type { StartRetrieval } from './workflow.ts'

/** Long enough for whoever wrote the row to have started its workflow. */
const settledMs = 10_000

/**
 * Brings retrievals and workflows together again: one that was recorded, and whose process died before it started the
 * workflow, is started; one whose workflow ended without it, is failed. DBOS itself goes on with those that were cut off.
 */
export async function reconcileRetrievals(
  database: DataSource,
  start: StartRetrieval,
  log: Log,
): Promise<void> {
  const old = LessThan(new Date(Date.now() - settledMs))
  const open = await database.manager.find(Retrievals, {
    where: [
      { status: 'PENDING', updatedAt: old },
      { status: 'RUNNING', updatedAt: old },
    ],
  })
  for (const { id } of open) {
    const workflow = await DBOS.getWorkflowStatus(id)
    if (!workflow) {
      log.warn({ retrieval: id }, 'a retrieval without a workflow is started')
      await start(id)
    } else if (
      workflow.status !== 'PENDING' &&
      workflow.status !== 'ENQUEUED' &&
      workflow.status !== 'DELAYED'
    ) {
      log.error({ retrieval: id, workflow: workflow.status }, 'a workflow ended without its retrieval')
      await failRetrieval(database, id, 'The retrieval broke off; start it again.')
    }
  }
}

/** The retrievals that these keys under `incoming/` belong to. */
export const retrievalsOf = (keys: readonly string[]): string[] => [
  ...new Set(keys.map((key) => key.split('/')[1] ?? '').filter(isUuid)),
]

/** Takes away what ended retrievals left under `incoming/`, of processes that died before they could. */
export async function sweepIncoming(database: DataSource, bucket: Bucket): Promise<void> {
  const { objects, uploads } = await bucket.list('incoming/')
  const ids = retrievalsOf([...objects, ...uploads])
  const open = await database.manager.findBy(Retrievals, { id: In(ids), status: In(['PENDING', 'RUNNING']) })
  const stillOpen = new Set(open.map(({ id }) => id))
  for (const id of ids) if (!stillOpen.has(id)) await discardIncoming(bucket, id)
}

/** Reconciles now and every 30 s; sweeps every ten minutes. */
export function keepReconciled(
  { database, bucket }: Pick<Workplace, 'database' | 'bucket'>,
  start: StartRetrieval,
  log: Log,
): { close(): void } {
  const schedules = [
    repeat(() => reconcileRetrievals(database, start, log), {
      everyMs: 30_000,
      log,
      failure: 'retrievals could not be reconciled',
    }),
    repeat(() => sweepIncoming(database, bucket), {
      everyMs: 600_000,
      firstAfterMs: 5_000,
      log,
      failure: 'what retrievals left could not be swept',
    }),
  ]
  return { close: () => schedules.forEach((schedule) => void schedule.close()) }
}
