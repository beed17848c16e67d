import type { Log } from '@berth/platform/log'
import { repeat } from '@berth/platform/schedule'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { deployWorkflow } from './workflow.ts'

/** How long an ended workflow's steps can be looked at. */
const keptMs = 7 * 86_400_000

const sweepEveryMs = 3_600_000
const atOnce = 1_000

/** Deletes what DBOS keeps of workflows that ended long since, now and every hour; DBOS must be launched. */
export function startForgetting(log: Log): { close(): void } {
  async function forget(): Promise<void> {
    const ended = await DBOS.listWorkflows({
      workflowName: deployWorkflow,
      status: ['SUCCESS', 'ERROR', 'CANCELLED'],
      completedBefore: new Date(Date.now() - keptMs).toISOString(),
      limit: atOnce,
      loadInput: false,
      loadOutput: false,
    })
    if (ended.length > 0) await DBOS.deleteWorkflows(ended.map(({ workflowID }) => workflowID))
  }
  return repeat(forget, { everyMs: sweepEveryMs, log, failure: 'old workflows could not be deleted' })
}
