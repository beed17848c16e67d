import { expect, test } from 'vitest'
import { type Step, tellOf, type Version } from './follow.ts'

const step = (name: string, status: string, error: string | null = null) => ({ name, status, error })
const version = (change: Partial<Version>): Version => ({
  tag: 'v1',
  status: 'RETRIEVING',
  model: { name: 'tiny' },
  file: null,
  metadata: null,
  retrieval: null,
  ...change,
})
const running = (...steps: Step[]) => ({
  status: 'RUNNING',
  error: null,
  bytesReceived: 25,
  bytesTotal: 100,
  steps,
})

test.each<[string, Version | null, ReturnType<typeof tellOf>]>([
  [
    'verifies',
    version({ retrieval: running(step('VERIFY', 'RUNNING')) }),
    { kind: 'waits', line: 'tiny:v1  verifying  25 %' },
  ],
  [
    'publishes, after a failure',
    version({
      retrieval: running(step('VERIFY', 'SUCCEEDED'), step('PUBLISH', 'RUNNING', 'The store is full.')),
    }),
    { kind: 'waits', line: 'tiny:v1  publishing  The store is full.' },
  ],
  [
    'is READY',
    version({
      status: 'READY',
      file: { sizeBytes: 3 * 2 ** 20 },
      metadata: { architecture: 'llama', quantization: 'Q8_0' },
    }),
    { kind: 'ready', line: 'tiny:v1 is READY: llama, Q8_0, 3 MiB.' },
  ],
  [
    'failed',
    version({ status: 'FAILED', retrieval: { ...running(), error: 'No model.' } }),
    { kind: 'failed', line: 'No model.' },
  ],
  [
    'was called off',
    version({ status: 'REGISTERED', retrieval: { ...running(), status: 'CANCELLED' } }),
    { kind: 'failed', line: 'tiny:v1 was called off meanwhile.' },
  ],
  ['is gone', null, { kind: 'failed', line: 'The version was deleted meanwhile.' }],
])('a version that %s', (_case, found, expected) => {
  expect(tellOf(found)).toEqual(expected)
})
