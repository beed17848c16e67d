import { expect, test } from 'vitest'
import { retrieval, step } from '../samples.ts'
import { isFlowing, retrievalNews, waitText } from './retrieval.ts'

test.each([
  ['Waiting for its turn', retrieval({ status: 'PENDING', steps: [step({ status: 'PENDING' })] })],
  ['Downloading', retrieval()],
  ['Download waits', retrieval({ steps: [step({ nextAttemptAt: '2026-01-01T12:00:00.000Z' })] })],
  ['It begins later.', retrieval({ steps: [step({ status: 'PENDING', error: 'It begins later.' })] })],
  ['Comparing the digest', retrieval({ steps: [step({ status: 'SUCCEEDED' }), step({ name: 'VERIFY' })] })],
  ['Finishing', retrieval({ steps: [step({ status: 'SUCCEEDED' })] })],
  ['Download failed', retrieval({ status: 'FAILED', steps: [step({ status: 'FAILED' })] })],
  ['Cancelled: what came was thrown away', retrieval({ status: 'CANCELLED' })],
  ['Retrieved', retrieval({ status: 'SUCCEEDED', steps: [step({ status: 'SUCCEEDED' })] })],
])('in words: %s', (words, now) => {
  expect(retrievalNews(now)).toBe(words)
})

test('bytes flow while the download runs, and not between its attempts', () => {
  expect(isFlowing(retrieval())).toBe(true)
  expect(isFlowing(retrieval({ steps: [step({ nextAttemptAt: '2026-01-01T12:00:00.000Z' })] }))).toBe(false)
  expect(isFlowing(retrieval({ steps: [step({ status: 'SUCCEEDED' }), step({ name: 'VERIFY' })] }))).toBe(
    false,
  )
  expect(isFlowing(retrieval({ status: 'CANCELLED' }))).toBe(false)
})

test('a wait is told in whole seconds, and is over when its time has come', () => {
  expect(waitText(12_000, 500)).toBe('tries again in 12 s')
  expect(waitText(130_000, 0)).toBe('tries again in 2 min')
  expect(waitText(1_000, 1_000)).toBe('tries again now')
})
