import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { FailureKind } from './failure.ts'
import { stepNames } from './steps.ts'

/** Where a run of the workflow stands. */
export interface Position {
  step: RetrievalStepName
  /** Attempts of each step that failed in this run. */
  failures: Partial<Record<RetrievalStepName, number>>
  /** How often the source had another content amid the download. */
  changes?: number
}

export type Outcome = { ok: true } | { ok: false; kind: FailureKind; message: string; waitMs?: number }

export type Move =
  | { kind: 'run'; position: Position; afterMs: number }
  | { kind: 'finish' }
  | { kind: 'give up'; error: string }

/** Ten attempts with these pauses ride out about two and a half minutes; a source may ask for longer ones. */
export const mostAttempts = 10
const firstPauseMs = 1_000
const longestPauseMs = 30_000

export const start: Position = { step: 'RESOLVE', failures: {} }

/** Whether a failure of this kind is the step's last one. */
export const isLast = (kind: FailureKind, failedBefore: number): boolean =>
  kind === 'final' || failedBefore + 1 >= mostAttempts

/** A source that changes more often than this is not waited for. */
export const mostChanges = 1

/** Decides what follows an attempt: the next step, the same one after a pause, a new signature, or the end. */
export function nextMove({ step, failures, changes = 0 }: Position, outcome: Outcome): Move {
  if (outcome.ok) {
    const next = stepNames[stepNames.indexOf(step) + 1]
    return next
      ? { kind: 'run', position: { step: next, failures, changes }, afterMs: 0 }
      : { kind: 'finish' }
  }
  if (outcome.kind === 'changed') {
    if (changes < mostChanges) {
      return {
        kind: 'run',
        position: { step: 'RESOLVE', failures, changes: changes + 1 },
        afterMs: firstPauseMs,
      }
    }
    return {
      kind: 'give up',
      error: `${outcome.message} It changed before, too; retrieve again once it is left as it is.`,
    }
  }
  const before = failures[step] ?? 0
  if (isLast(outcome.kind, before)) {
    const tried = ` It was tried ${before + 1} times; retrieve again once that is mended.`
    return { kind: 'give up', error: `${outcome.message}${outcome.kind === 'final' ? '' : tried}` }
  }
  const counted = { ...failures, [step]: before + 1 }
  if (outcome.kind === 'resign') {
    return {
      kind: 'run',
      position: { step: 'SIGN', failures: counted, changes },
      afterMs: before === 0 ? 0 : firstPauseMs,
    }
  }
  const afterMs = Math.max(Math.min(firstPauseMs * 2 ** before, longestPauseMs), outcome.waitMs ?? 0)
  return { kind: 'run', position: { step, failures: counted, changes }, afterMs }
}
