import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import { DBOS } from '@dbos-inc/dbos-sdk'
import type { DataSource } from 'typeorm'
import { attempt, type Facts, type Workplace } from './attempt.ts'
import { failureOf } from './failure.ts'
import { isLast, nextMove, type Outcome, start } from './plan.ts'
import { changeRetrieval, failRetrieval } from './progress.ts'
import { discardIncoming } from './publish.ts'
import { createSlots, type SlotLimits, type Slots } from './slots.ts'
import { stepBegan, stepFailed, stepSucceeded } from './steps.ts'

/** Starts the workflow of a retrieval whose row is there; a second start of the same one does nothing. */
export type StartRetrieval = (retrievalId: string) => Promise<void>

/**
 * Registers Workflow A: a model's way from its source into the object store. To be called before the workflows are
 * launched; what it gives, after. Each attempt of a step is a durable step of DBOS, and so is each pause between: a
 * process that dies goes on, after its restart, with the attempt that it was in.
 */
export function registerRetrieval(workplace: Workplace, atOnce: SlotLimits, log: Log): StartRetrieval {
  const slots = createSlots(atOnce)
  const work = (id: string, owner: string) => retrieve({ workplace, slots, log }, id, owner)
  const workflow = DBOS.registerWorkflow(work, { name: 'retrieve' })
  return async (retrievalId) => {
    const owner = await ownerOf(workplace.database, retrievalId)
    await DBOS.startWorkflow(workflow, { workflowID: retrievalId })(retrievalId, owner)
  }
}

/** The tenant whose model is retrieved; the shared catalogue counts as one. */
async function ownerOf(database: DataSource, retrievalId: string): Promise<string> {
  const [owner]: { tenant_id: string | null }[] = await database.query(
    `SELECT tenant_id FROM retrievals JOIN model_versions ON model_versions.id = retrievals.version_id
     JOIN models ON models.id = model_versions.model_id WHERE retrievals.id = $1`,
    [retrievalId],
  )
  return owner?.tenant_id ?? 'shared'
}

interface Run {
  workplace: Workplace
  slots: Slots
  log: Log
}

async function retrieve({ workplace, slots, log }: Run, id: string, owner: string): Promise<void> {
  let position = start
  let facts: Facts = {}
  let leave = await slots.take(owner)
  try {
    for (;;) {
      const { step, failures } = position
      const at: Attempt = { id, step, failedBefore: failures[step] ?? 0, facts }
      const { outcome, found } = await DBOS.runStep(() => tryStep(workplace, log, at), {
        name: step.toLowerCase(),
      })
      facts = { ...facts, ...found }
      const move = nextMove(position, outcome)
      if (move.kind === 'finish') return
      if (move.kind === 'give up') {
        await DBOS.runStep(() => giveUp(workplace, id, move.error), {
          name: 'give up',
          ...untilDatabaseIsBack,
        })
        return
      }
      if (move.afterMs > 0) {
        // Whoever only waits holds up nobody.
        leave()
        // DBOS.sleep waits for a time of day: by a clock that goes back meanwhile that may be hours away.
        await DBOS.runStep(() => delay(move.afterMs), { name: 'pause' })
        leave = await slots.take(owner)
      }
      position = move.position
    }
  } finally {
    leave()
  }
}

const untilDatabaseIsBack = { retriesAllowed: true, maxAttempts: 20, intervalSeconds: 1, backoffRate: 1.5 }

interface Attempt {
  id: string
  step: RetrievalStepName
  failedBefore: number
  facts: Facts
}

/** Attempts a step and records it for people; never throws, so that the workflow keeps the outcome. */
async function tryStep(
  workplace: Workplace,
  log: Log,
  { id, step, failedBefore, facts }: Attempt,
): Promise<{ outcome: Outcome; found: Facts }> {
  const { database } = workplace
  try {
    await changeRetrieval(database, id, ({ steps }) => ({
      status: 'RUNNING',
      steps: stepBegan(steps, step, new Date()),
    }))
    const found = await attempt(workplace, step, id, facts)
    await changeRetrieval(database, id, ({ steps }) => ({ steps: stepSucceeded(steps, step, new Date()) }))
    return { outcome: { ok: true }, found }
  } catch (error) {
    const { kind, message, waitMs, cause } = failureOf(error, `The step ${step.toLowerCase()}`)
    log.warn({ retrieval: id, step, kind, reason: message, err: cause }, 'a step of a retrieval failed')
    const failure = { error: message, at: new Date(), last: isLast(kind, failedBefore) }
    await changeRetrieval(database, id, ({ steps }) => ({ steps: stepFailed(steps, step, failure) })).catch(
      (second: unknown) => log.warn({ retrieval: id, err: second }, 'the failure could not be recorded'),
    )
    return { outcome: { ok: false, kind, message, waitMs }, found: {} }
  }
}

async function giveUp({ database, bucket }: Workplace, id: string, error: string): Promise<void> {
  await failRetrieval(database, id, error)
  await discardIncoming(bucket, id)
}
