import { expect, test } from 'vitest'
import { noUsage, type ObservedResource, type PodState } from '../records/server.ts'
import { deriveStatus, type StatusSubject } from './status.ts'

const observed: ObservedResource = { phase: 'Starting', message: null, specReplicas: 2, deleting: false }
const subject: StatusSubject = { desired: 'RUNNING', replicas: 2, readyReplicas: 0, observed, pods: [] }
const waiting: PodState = {
  name: 'tales-1',
  ready: false,
  restarts: 0,
  node: null,
  phase: 'ImagePullBackOff',
  message: 'no such image',
  ...noUsage,
}

test.each<[string, Partial<StatusSubject>, string, string | null]>([
  ['not reported yet', { observed: null }, 'STARTING', null],
  ['no pod ready', {}, 'STARTING', null],
  ['a pod that waits', { pods: [waiting] }, 'STARTING', 'Pod tales-1: ImagePullBackOff: no such image'],
  [
    'word from the operator',
    { observed: { ...observed, message: 'Downloading.' } },
    'STARTING',
    'Downloading.',
  ],
  ['some ready', { readyReplicas: 1 }, 'DEGRADED', '1 of 2 replicas are ready.'],
  [
    'some ready and one in trouble',
    { readyReplicas: 1, pods: [waiting] },
    'DEGRADED',
    '1 of 2 replicas are ready. Pod tales-1: ImagePullBackOff: no such image',
  ],
  [
    'some ready, counted by the operator too',
    { readyReplicas: 1, observed: { ...observed, message: '1 of 2 replicas are ready.' } },
    'DEGRADED',
    '1 of 2 replicas are ready.',
  ],
  ['all ready', { readyReplicas: 2 }, 'READY', null],
  ['more ready than wanted', { readyReplicas: 3 }, 'READY', null],
  ['none wanted', { replicas: 0 }, 'READY', 'Scaled to 0: no pod runs. Scale it up to use it.'],
  [
    'scaled up, and not counted anew yet',
    { observed: { ...observed, specReplicas: 0, message: 'Scaled to zero.' } },
    'STARTING',
    null,
  ],
  ['failed', { observed: { ...observed, phase: 'Failed' } }, 'FAILED', 'No pod can start.'],
  [
    'failed with some ready',
    { readyReplicas: 1, observed: { ...observed, phase: 'Failed' } },
    'DEGRADED',
    '1 of 2 replicas are ready.',
  ],
  [
    'deleted by somebody else',
    { readyReplicas: 2, observed: { ...observed, deleting: true } },
    'DEGRADED',
    'The ModelServe resource is being deleted outside Berth.',
  ],
  ['stopping', { desired: 'STOPPED', readyReplicas: 2 }, 'STOPPED', 'Its pods are being taken away.'],
  ['stopped', { desired: 'STOPPED', observed: null }, 'STOPPED', null],
  ['deleted', { desired: 'DELETED', readyReplicas: 2 }, 'DELETING', null],
])('%s', (_case, changes, status, message) => {
  expect(deriveStatus({ ...subject, ...changes })).toEqual({ status, message })
})
