import type { Log } from '@berth/platform/log'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import { attempt, type Facts, type Task, type Workplace } from './attempt.ts'
import { stepFailure } from './failure.ts'
import { nextMove, type Outcome, type Position } from './plan.ts'
import { changeRetrieval } from './progress.ts'
import type { StepRecord } from './steps.ts'
import { stepBegan, stepFailed, stepSucceeded } from './steps.ts'

/** What became of an attempt; the workflow keeps it. */
export interface Tried {
  outcome: Outcome
  found: Facts
  /** The retrieval had ended meanwhile, as by somebody who cancelled it; the outcome counts for nothing. */
  over?: boolean
  /** When the attempt failed, in milliseconds since the epoch. */
  failedAt?: number
}

export interface Trial {
  position: Position
  /** The retrieval's own steps, in order. */
  steps: readonly RetrievalStepName[]
  task: Task
}

export const over: Tried = { outcome: { ok: true }, found: {}, over: true }

/** Attempts a step and records it for people; never throws, so that the workflow keeps the outcome. */
export async function tryStep(
  workplace: Workplace,
  log: Log,
  { position, steps: names, task }: Trial,
): Promise<Tried> {
  const { step } = position
  const id = task.retrievalId
  const record = (change: (steps: StepRecord[]) => StepRecord[]) =>
    changeRetrieval(workplace.database, id, ({ steps }) => ({ status: 'RUNNING', steps: change(steps) }))
  try {
    if (!(await record((steps) => stepBegan(steps, step, new Date())))) return over
    const found = await attempt(workplace, step, task)
    if (names.at(-1) === step) return { outcome: { ok: true }, found }
    if (!(await record((steps) => stepSucceeded(steps, step, new Date())))) return over
    return { outcome: { ok: true }, found }
  } catch (error) {
    if (task.signal.aborted) return over
    const { kind, message, waitMs, progressed, cause } = stepFailure(error, step)
    log.warn({ retrieval: id, step, kind, reason: message, err: cause }, 'a step of a retrieval failed')
    const outcome: Outcome = { ok: false, kind, message, waitMs, progressed }
    const at = new Date()
    const move = nextMove(position, outcome, names)
    const againAt = move.kind === 'run' ? new Date(at.getTime() + move.afterMs) : undefined
    try {
      if (!(await record((steps) => stepFailed(steps, step, { error: message, at, againAt })))) return over
    } catch (second) {
      log.warn({ retrieval: id, err: second }, 'the failure could not be recorded')
    }
    return { outcome, found: {}, failedAt: at.getTime() }
  }
}
