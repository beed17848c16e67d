import type { Log } from '@berth/platform/log'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { type DataSource, LessThan } from 'typeorm'
import { failRetrieval } from './progress.ts'
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

/** Reconciles now and every 30 s. */
export function keepReconciled(database: DataSource, start: StartRetrieval, log: Log): { close(): void } {
  const reconcile = () =>
    reconcileRetrievals(database, start, log).catch((error: unknown) =>
      log.warn({ err: error }, 'retrievals could not be reconciled; trying again'),
    )
  void reconcile()
  const timer = setInterval(reconcile, 30_000)
  return { close: () => clearInterval(timer) }
}
