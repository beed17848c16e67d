import { expect, test } from 'vitest'
import {
  noSteps,
  stepBegan,
  stepFailed,
  stepSucceeded,
  stepsCancelled,
  stepWaits,
  uploadStepNames,
} from './steps.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const download = (steps: ReturnType<typeof noSteps>) => steps.find(({ name }) => name === 'DOWNLOAD')

test('a step counts its attempts, keeps its first start and shows the newest error', () => {
  let steps = stepBegan(noSteps(), 'DOWNLOAD', at(1))
  steps = stepFailed(steps, 'DOWNLOAD', { error: 'Reset.', at: at(2), againAt: at(3) })
  expect(download(steps)).toMatchObject({ status: 'RUNNING', attempts: 1, error: 'Reset.', finishedAt: null })
  expect(download(steps)?.nextAttemptAt).toBe(at(3).toISOString())
  steps = stepBegan(steps, 'DOWNLOAD', at(3))
  expect(download(steps)).toMatchObject({ attempts: 2, startedAt: at(1).toISOString(), error: 'Reset.' })
  expect(download(steps)?.nextAttemptAt).toBeNull()
  steps = stepSucceeded(steps, 'DOWNLOAD', at(4))
  expect(download(steps)).toMatchObject({ status: 'SUCCEEDED', error: null, finishedAt: at(4).toISOString() })
  expect(steps.filter(({ status }) => status === 'PENDING')).toHaveLength(5)
})

test('the last failure ends the step', () => {
  const steps = stepFailed(stepBegan(noSteps(), 'DOWNLOAD', at(1)), 'DOWNLOAD', {
    error: 'Gone.',
    at: at(2),
    againAt: undefined,
  })
  expect(download(steps)).toMatchObject({ status: 'FAILED', error: 'Gone.', finishedAt: at(2).toISOString() })
})

test('a step that waits for its turn says so, and no more once it has begun', () => {
  let steps = stepWaits(noSteps(), 'DOWNLOAD', 'Another one is under way.')
  expect(download(steps)).toMatchObject({
    status: 'PENDING',
    attempts: 0,
    error: 'Another one is under way.',
    startedAt: null,
  })
  steps = stepBegan(steps, 'DOWNLOAD', at(1))
  expect(download(steps)).toMatchObject({ status: 'RUNNING', attempts: 1, error: null })
})

test('what is cancelled has failed where it was, and nothing waits', () => {
  let steps = stepSucceeded(stepBegan(noSteps(), 'RESOLVE', at(1)), 'RESOLVE', at(2))
  steps = stepBegan(steps, 'SIGN', at(3))
  steps = stepsCancelled(stepWaits(steps, 'DOWNLOAD', 'Another one is under way.'), at(4))
  expect(steps.map(({ status }) => status)).toEqual([
    'SUCCEEDED',
    'FAILED',
    'PENDING',
    'PENDING',
    'PENDING',
    'PENDING',
  ])
  expect(steps[1]).toMatchObject({ error: 'It was cancelled.', finishedAt: at(4).toISOString() })
  expect(download(steps)).toMatchObject({ error: null, nextAttemptAt: null })
})

test('an upload has fewer steps', () => {
  expect(noSteps(uploadStepNames).map(({ name }) => name)).toEqual(['VERIFY', 'INSPECT', 'PUBLISH'])
})
