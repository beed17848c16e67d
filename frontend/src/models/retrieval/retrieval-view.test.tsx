import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RetrievalFactsFragment } from '../../generated/graphql.ts'
import { RetrievalView } from './retrieval-view.tsx'
import { StepList } from './step-list.tsx'
import { StepTable } from './step-table.tsx'

const now = new Date('2026-01-01T12:00:00.000Z')

beforeEach(() => {
  vi.useFakeTimers({ now })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const step: RetrievalFactsFragment['steps'][number] = {
  name: 'DOWNLOAD',
  status: 'RUNNING',
  attempts: 1,
  error: null,
  startedAt: '2026-01-01T11:59:30.000Z',
  finishedAt: null,
  nextAttemptAt: null,
}
const running: RetrievalFactsFragment = {
  id: 'r1',
  status: 'RUNNING',
  bytesReceived: 1024,
  bytesTotal: 4096,
  error: null,
  createdAt: '2026-01-01T11:59:00.000Z',
  finishedAt: null,
  steps: [step],
}

const view = (retrieval: RetrievalFactsFragment) => (
  <RetrievalView retrieval={retrieval} isLive>
    <StepList steps={retrieval.steps} />
  </RetrievalView>
)

test('while it runs, it says how far it is and what it does', () => {
  render(view(running))
  expect(screen.getByText('1.0 KiB of 4.0 KiB (25 %)')).toBeTruthy()
  expect(screen.getByRole('progressbar', { name: 'Bytes received' }).getAttribute('value')).toBe('1024')
  expect(screen.getByText('Download…')).toBeTruthy()
})

test('what waits says why, and counts down to the next attempt', async () => {
  const waiting = {
    ...step,
    attempts: 3,
    error: 'The source answered with 503.',
    nextAttemptAt: '2026-01-01T12:00:12.000Z',
  }
  render(view({ ...running, steps: [waiting] }))
  const told = screen.getByText(/The source answered with 503\./)
  expect(told.textContent).toBe('The source answered with 503. It tries again in 12 s.')
  expect(screen.getByText('Download… (3 attempts)')).toBeTruthy()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told.textContent).toBe('The source answered with 503. It tries again in 7 s.')
  await vi.advanceTimersByTimeAsync(8_000)
  expect(told.textContent).toBe('The source answered with 503. It tries again now.')
})

test('one whose turn has not come says so', () => {
  render(
    view({
      ...running,
      status: 'PENDING',
      bytesReceived: 0,
      steps: [{ ...step, name: 'RESOLVE', status: 'PENDING', attempts: 0 }],
    }),
  )
  expect(screen.getByText('Waiting for its turn')).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('a step that may not begin yet says what it waits for; that is no trouble', () => {
  const error = 'Another retrieval downloads the same file; this one goes on with what that one gets.'
  render(view({ ...running, steps: [{ ...step, status: 'PENDING', attempts: 0, error }] }))
  expect(screen.getAllByText(error)).toHaveLength(1)
})

test('a failure is an end as well: told in words, with no bar that goes on', () => {
  const failed = { ...step, status: 'FAILED' as const, error: 'No such file.' }
  render(view({ ...running, status: 'FAILED', error: 'No such file.', steps: [failed] }))
  expect(screen.getByRole('alert').textContent).toBe('No such file.')
  expect(screen.getByRole('listitem').textContent).toBe('Download failed')
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('the table of steps has their times and attempts', () => {
  const done = { ...step, status: 'SUCCEEDED' as const, finishedAt: '2026-01-01T12:01:30.000Z' }
  render(<StepTable steps={[done, { ...step, name: 'VERIFY', attempts: 2 }]} />)
  const cells = (name: RegExp) =>
    [...screen.getByRole('row', { name }).querySelectorAll('td')].map((cell) => cell.textContent)
  expect(cells(/Download/)).toMatchObject({ 0: 'Done', 1: '1', 3: '2 min' })
  expect(cells(/Verify/)).toMatchObject({ 0: 'Running', 1: '2', 3: '–' })
})
