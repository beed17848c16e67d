import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { enter } from './admission.ts'
import type { Facts, Workplace } from './attempt.ts'
import { type Beginning, beginningOf, fromSource } from './beginning.ts'
import { discardLeft } from './discard.ts'
import { nextMove, startOf } from './plan.ts'
import { failRetrieval } from './progress.ts'
import { over, type Tried, tryStep } from './record.ts'
import type { Claim, Leave, Slots } from './slots.ts'
import { createStops } from './stops.ts'

/** Starts the workflow of a retrieval whose row is there; a second start of the same one does nothing. */
export type StartRetrieval = (retrievalId: string) => Promise<void>

export interface RetrievalWorkflows {
  start: StartRetrieval
  /** Ends what runs of a retrieval in this process, once its row says that it is over. */
  stop(retrievalId: string): void
}

/** A process that is killed again and again must not make DBOS give a retrieval up. */
const maxRecoveryAttempts = 1_000_000

/**
 * Registers Workflow A: a model's way from its source into the object store. To be called before the workflows are
 * launched; what it gives, after. Each attempt of a step is a durable step of DBOS, and so is each pause between: a
 * process that dies goes on, after its restart, with the attempt that it was in.
 */
export function registerRetrieval(workplace: Workplace, slots: Slots, log: Log): RetrievalWorkflows {
  const stops = createStops()
  async function work(id: string, owner: string, beginning: Beginning = fromSource): Promise<void> {
    const run: Run = { workplace, slots, log, id, owner, signal: stops.begin(id), held: undefined }
    try {
      await retrieve(run, beginning)
    } finally {
      run.held?.leave()
      stops.end(id)
    }
  }
  const workflow = DBOS.registerWorkflow(work, { name: 'retrieve', maxRecoveryAttempts })
  return {
    stop: stops.stop,
    async start(retrievalId) {
      const { owner, beginning } = await beginningOf(workplace.database, retrievalId)
      await DBOS.startWorkflow(workflow, { workflowID: retrievalId })(retrievalId, owner, beginning)
    },
  }
}

interface Run {
  workplace: Workplace
  slots: Slots
  log: Log
  id: string
  owner: string
  signal: AbortSignal
  held: (Claim & { leave: Leave }) | undefined
}

async function retrieve(run: Run, { steps, facts: first }: Beginning): Promise<void> {
  let position = startOf(steps)
  let facts = first
  for (;;) {
    const { step } = position
    const task = { retrievalId: run.id, facts, signal: run.signal }
    const tried = await DBOS.runStep(
      async () => {
        if (!(await claim(run, step, facts))) return over
        return tryStep(run.workplace, run.log, { position, steps, task })
      },
      { name: step.toLowerCase() },
    )
    if (tried.over) return clear(run, facts)
    facts = { ...facts, ...tried.found }
    const move = nextMove(position, tried.outcome, steps)
    if (move.kind === 'finish') return clear(run, facts)
    if (move.kind === 'give up') {
      const giveUp = () => failRetrieval(run.workplace.database, run.id, move.error).then(() => undefined)
      await DBOS.runStep(giveUp, { name: 'give up', ...untilDatabaseIsBack })
      return clear(run, facts)
    }
    if (isAnew(tried)) {
      const { content } = facts
      // Durable: the content that is there by the next time may be the same one again.
      await DBOS.runStep(() => clear(run, { content }), { name: 'discard' })
      facts = first
    }
    if (move.afterMs > 0) {
      // Whoever only waits holds up nobody.
      release(run)
      // DBOS.sleep waits for a time of day: by a clock that goes back meanwhile that may be hours away.
      await DBOS.runStep(() => rest(move.afterMs, tried.failedAt, run.signal), { name: 'pause' })
    }
    position = move.position
  }
}

const untilDatabaseIsBack = { retriesAllowed: true, maxAttempts: 20, intervalSeconds: 1, backoffRate: 1.5 }

const isAnew = ({ outcome }: Tried): boolean => !outcome.ok && outcome.kind === 'changed'

/** Has what the step needs for itself, or waits for it. @returns false when the retrieval was over before */
async function claim(run: Run, step: RetrievalStepName, { content }: Facts): Promise<boolean> {
  // Before the download there is no content to have for oneself.
  const wanted = step === 'RESOLVE' || step === 'SIGN' ? undefined : content
  if (run.held && (wanted === undefined || run.held.content === wanted)) return true
  release(run)
  const claimed: Claim = { owner: run.owner, content: wanted }
  const { database } = run.workplace
  try {
    const waiting = { retrievalId: run.id, step, claim: claimed }
    const leave = await enter({ database, slots: run.slots }, waiting, run.signal)
    run.held = { ...claimed, leave }
    return true
  } catch {
    return false
  }
}

function release(run: Run): void {
  run.held?.leave()
  run.held = undefined
}

/** What is left of a pause; a process that came back meanwhile does not begin it anew. */
async function rest(pauseMs: number, failedAt = Date.now(), signal?: AbortSignal): Promise<void> {
  const left = failedAt + pauseMs - Date.now()
  // A clock that was put back makes no pause longer.
  await delay(Math.min(Math.max(left, 0), pauseMs), undefined, { signal }).catch(() => undefined)
}

/** Throws away what the retrieval has on its way. Not a durable step: whoever comes here again does it again. */
async function clear({ workplace, slots, id, held }: Run, { content }: Facts): Promise<void> {
  const hasContent = content !== undefined && held?.content === content
  const left = { retrievalId: id, content, hasContent }
  await discardLeft({ ...workplace, slots }, left)
}
