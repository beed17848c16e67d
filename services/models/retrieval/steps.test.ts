import { expect, test } from 'vitest'
import { noSteps, stepBegan, stepFailed, stepSucceeded } from './steps.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const download = (steps: ReturnType<typeof noSteps>) => steps.find(({ name }) => name === 'DOWNLOAD')

test('a step counts its attempts, keeps its first start and shows the newest error', () => {
  let steps = stepBegan(noSteps(), 'DOWNLOAD', at(1))
  steps = stepFailed(steps, 'DOWNLOAD', { error: 'Reset.', at: at(2), last: false })
  expect(download(steps)).toMatchObject({ status: 'RUNNING', attempts: 1, error: 'Reset.', finishedAt: null })
  steps = stepBegan(steps, 'DOWNLOAD', at(3))
  expect(download(steps)).toMatchObject({ attempts: 2, startedAt: at(1).toISOString(), error: 'Reset.' })
  steps = stepSucceeded(steps, 'DOWNLOAD', at(4))
  expect(download(steps)).toMatchObject({ status: 'SUCCEEDED', error: null, finishedAt: at(4).toISOString() })
  expect(steps.filter(({ status }) => status === 'PENDING')).toHaveLength(5)
})

test('the last failure ends the step', () => {
  const steps = stepFailed(stepBegan(noSteps(), 'DOWNLOAD', at(1)), 'DOWNLOAD', {
    error: 'Gone.',
    at: at(2),
    last: true,
  })
  expect(download(steps)).toMatchObject({ status: 'FAILED', error: 'Gone.', finishedAt: at(2).toISOString() })
})
