import type { RetrievalStepName, RetrievalStepStatus } from '@berth/schema/generated/models.ts'

/** What became of a step so far, as it is kept and shown. Instants are RFC 3339 text, since it rests as JSON. */
export interface StepRecord {
  name: RetrievalStepName
  status: RetrievalStepStatus
  attempts: number
  error: string | null
  startedAt: string | null
  finishedAt: string | null
  /** Absent from records of before it was kept. */
  nextAttemptAt?: string | null
}

export const stepNames = [
  'RESOLVE',
  'SIGN',
  'DOWNLOAD',
  'VERIFY',
  'INSPECT',
  'PUBLISH',
] as const satisfies RetrievalStepName[]

/** What is done with a file that a person uploaded: it is here already. */
export const uploadStepNames = ['VERIFY', 'INSPECT', 'PUBLISH'] as const satisfies RetrievalStepName[]

/** The record of a retrieval that has not begun. */
export const noSteps = (names: readonly RetrievalStepName[] = stepNames): StepRecord[] =>
  names.map((name) => ({
    name,
    status: 'PENDING',
    attempts: 0,
    error: null,
    startedAt: null,
    finishedAt: null,
    nextAttemptAt: null,
  }))

const changeStep = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  change: (step: StepRecord) => Partial<StepRecord>,
): StepRecord[] => steps.map((step) => (step.name === name ? { ...step, ...change(step) } : step))

/** A step begins, for the first time or again; it keeps its first start, and the error of the attempt before. */
export const stepBegan = (steps: readonly StepRecord[], name: RetrievalStepName, at: Date): StepRecord[] =>
  changeStep(steps, name, ({ status, attempts, startedAt, error }) => ({
    status: 'RUNNING',
    attempts: attempts + 1,
    // What it waited for is over.
    error: status === 'PENDING' ? null : error,
    startedAt: startedAt ?? at.toISOString(),
    finishedAt: null,
    nextAttemptAt: null,
  }))

/** A step cannot begin yet: it is PENDING, and says what it waits for where an error stands otherwise. */
export const stepWaits = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  waitsFor: string,
): StepRecord[] =>
  changeStep(steps, name, () => ({ status: 'PENDING', error: waitsFor, nextAttemptAt: null }))

export const stepSucceeded = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  at: Date,
): StepRecord[] =>
  changeStep(steps, name, () => ({ status: 'SUCCEEDED', error: null, finishedAt: at.toISOString() }))

/** An attempt failed. The step is FAILED only when no further one follows, and says otherwise when that one comes. */
export const stepFailed = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  failure: { error: string; at: Date; againAt: Date | undefined },
): StepRecord[] =>
  changeStep(steps, name, () => ({
    status: failure.againAt ? 'RUNNING' : 'FAILED',
    error: failure.error,
    finishedAt: failure.againAt ? null : failure.at.toISOString(),
    nextAttemptAt: failure.againAt?.toISOString() ?? null,
  }))

/** The retrieval was called off: what was under way has failed, and nothing waits any more. */
export const stepsCancelled = (steps: readonly StepRecord[], at: Date): StepRecord[] =>
  steps.map((step) => {
    if (step.status === 'PENDING') return { ...step, error: null, nextAttemptAt: null }
    if (step.status !== 'RUNNING') return step
    const ended = { error: 'It was cancelled.', finishedAt: at.toISOString(), nextAttemptAt: null }
    return { ...step, status: 'FAILED', ...ended }
  })
