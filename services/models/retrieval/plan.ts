import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { FailureKind } from './failure.ts'
import { stepNames } from './steps.ts'

type Counts = Partial<Record<RetrievalStepName, number>>

/** Where a run of the workflow stands. */
export interface Position {
  step: RetrievalStepName
  /** Attempts of each step that failed in a row without bringing the retrieval further. */
  failures: Counts
  /** Those of them that failed by our own side; they are counted apart. */
  ownFailures?: Counts
  /** How often it was begun anew, since the source had another content. */
  changes?: number
}

export type Outcome =
  | { ok: true }
  | { ok: false; kind: FailureKind; message: string; waitMs?: number; progressed?: boolean }

type Failed = Extract<Outcome, { ok: false }>

export type Move =
  | { kind: 'run'; position: Position; afterMs: number }
  | { kind: 'finish' }
  | { kind: 'give up'; error: string }

/** Ten attempts with these pauses ride out about two and a half minutes; a source may ask for longer ones. */
export const mostAttempts = 10
const firstPauseMs = 1_000
const longestPauseMs = 30_000

/** What is our own to mend is waited for about a day, in pauses that are short enough for whoever mended it. */
export const mostOwnAttempts = 750
const longestOwnPauseMs = 120_000

/** A source that changes more often than this while it is retrieved is not waited for. */
export const mostChanges = 3

export const startOf = (steps: readonly RetrievalStepName[] = stepNames): Position => ({
  step: steps[0] ?? 'RESOLVE',
  failures: {},
})

/**
 * Decides what follows an attempt: the next step, the same one after a pause, a new signature, a new beginning, or the end.
 * @param steps the retrieval's own, in order
 */
export function nextMove(
  position: Position,
  outcome: Outcome,
  steps: readonly RetrievalStepName[] = stepNames,
): Move {
  if (outcome.ok) {
    const next = steps[steps.indexOf(position.step) + 1]
    return next ? { kind: 'run', position: { ...position, step: next }, afterMs: 0 } : { kind: 'finish' }
  }
  switch (outcome.kind) {
    case 'final':
      return { kind: 'give up', error: outcome.message }
    case 'changed':
      return afterChange(position, outcome, steps)
    case 'own':
      return afterOwnFailure(position, outcome)
    default:
      return afterFailure(position, outcome)
  }
}

function afterChange(position: Position, { message }: Failed, steps: readonly RetrievalStepName[]): Move {
  const { failures, changes = 0 } = position
  if (changes >= mostChanges) {
    const error = `${message} It was begun anew ${changes} times; retrieve again once the file is left as it is.`
    return { kind: 'give up', error }
  }
  const anew = { ...startOf(steps), failures, changes: changes + 1 }
  return { kind: 'run', position: anew, afterMs: firstPauseMs }
}

function afterOwnFailure(position: Position, { message, progressed }: Failed): Move {
  const { step, ownFailures = {} } = position
  const before = progressed ? 0 : (ownFailures[step] ?? 0)
  if (before + 1 >= mostOwnAttempts) {
    return {
      kind: 'give up',
      error: `${message} It was waited for a day; retrieve again once that is mended.`,
    }
  }
  const counted = { ...position, ownFailures: { ...ownFailures, [step]: before + 1 } }
  return { kind: 'run', position: counted, afterMs: pauseAfter(before, longestOwnPauseMs) }
}

function afterFailure(position: Position, { kind, message, waitMs = 0, progressed }: Failed): Move {
  const { step, failures } = position
  const before = progressed ? 0 : (failures[step] ?? 0)
  if (before + 1 >= mostAttempts) {
    const tried = `It was tried ${before + 1} times; retrieve again once that is mended.`
    return { kind: 'give up', error: `${message} ${tried}` }
  }
  const counted = { ...position, failures: { ...failures, [step]: before + 1 } }
  // RESOLVE signs for itself, and what it finds out must not be skipped.
  if (kind === 'resign' && step !== 'RESOLVE') {
    const afterMs = before === 0 ? 0 : firstPauseMs
    return { kind: 'run', position: { ...counted, step: 'SIGN' }, afterMs }
  }
  return { kind: 'run', position: counted, afterMs: Math.max(pauseAfter(before, longestPauseMs), waitMs) }
}

const pauseAfter = (failures: number, longestMs: number): number =>
  Math.min(firstPauseMs * 2 ** failures, longestMs)
