import type { RetrievalStepName, RetrievalStepStatus } from '@berth/schema/generated/models.ts'

/** What became of a step so far, as it is kept and shown. Instants are RFC 3339 text, since it rests as JSON. */
export interface StepRecord {
  name: RetrievalStepName
  status: RetrievalStepStatus
  attempts: number
  error: string | null
  startedAt: string | null
  finishedAt: string | null
}

export const stepNames = [
  'RESOLVE',
  'SIGN',
  'DOWNLOAD',
  'VERIFY',
  'INSPECT',
  'PUBLISH',
] as const satisfies RetrievalStepName[]

/** The record of a retrieval that has not begun. */
export const noSteps = (): StepRecord[] =>
  stepNames.map((name) => ({
    name,
    status: 'PENDING',
    attempts: 0,
    error: null,
    startedAt: null,
    finishedAt: null,
  }))

const changeStep = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  change: (step: StepRecord) => Partial<StepRecord>,
): StepRecord[] => steps.map((step) => (step.name === name ? { ...step, ...change(step) } : step))

/** A step begins, for the first time or again; it keeps its first start, and the error of the attempt before. */
export const stepBegan = (steps: readonly StepRecord[], name: RetrievalStepName, at: Date): StepRecord[] =>
  changeStep(steps, name, ({ attempts, startedAt }) => ({
    status: 'RUNNING',
    attempts: attempts + 1,
    startedAt: startedAt ?? at.toISOString(),
    finishedAt: null,
  }))

export const stepSucceeded = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  at: Date,
): StepRecord[] =>
  changeStep(steps, name, () => ({ status: 'SUCCEEDED', error: null, finishedAt: at.toISOString() }))

/** An attempt failed. The step is FAILED only when no further one follows. */
export const stepFailed = (
  steps: readonly StepRecord[],
  name: RetrievalStepName,
  failure: { error: string; at: Date; last: boolean },
): StepRecord[] =>
  changeStep(steps, name, () => ({
    status: failure.last ? 'FAILED' : 'RUNNING',
    error: failure.error,
    finishedAt: failure.last ? failure.at.toISOString() : null,
  }))
