import type { V1Pod } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { loadingPod, pod, readyPod, resource, waitingPod } from './fixture.ts'
import type { ModelServeResource, Observed } from './resource.ts'
import { assess, explain, phaseOf, statusFor } from './status.ts'

const now = new Date('2026-11-01T10:00:00.123Z')

function observed(pods: V1Pod[], replicas = 1): Observed {
  const status = { observedGeneration: 1, updatedReplicas: replicas, replicas }
  return { deployment: { metadata: { generation: 1 }, status }, pods }
}

const withReplicas = (replicas: number) => resource({ spec: { ...resource().spec, replicas } })
const condition = (status: ReturnType<typeof statusFor>, type: string) =>
  status.conditions?.find((one) => one.type === type)

test.each<[string, number, V1Pod[], string, string | undefined]>([
  ['no pods yet', 1, [], 'Pending', undefined],
  ['a pod that loads', 1, [loadingPod('a')], 'Starting', undefined],
  ['ready', 1, [readyPod('a')], 'Ready', undefined],
  ['one of two', 2, [readyPod('a'), loadingPod('b')], 'Degraded', '1 of 2 replicas are ready.'],
  [
    'an image that is not there',
    1,
    [waitingPod('a', 'ImagePullBackOff')],
    'Failed',
    'ImagePullBackOff: waits for',
  ],
  ['a first crash', 1, [waitingPod('a', 'CrashLoopBackOff', 1)], 'Starting', 'bad magic'],
  ['crash upon crash', 1, [waitingPod('a', 'CrashLoopBackOff', 3)], 'Failed', 'bad magic'],
  [
    'one serves, one crashes',
    2,
    [readyPod('a'), waitingPod('b', 'CrashLoopBackOff', 5)],
    'Degraded',
    'bad magic',
  ],
  ['being created', 1, [waitingPod('a', 'ContainerCreating')], 'Starting', undefined],
  ['scaled to zero', 0, [], 'Pending', 'Scaled to zero.'],
])('%s', (_what, replicas, pods, phase, message) => {
  const situation = assess(withReplicas(replicas), observed(pods, replicas))
  expect(phaseOf(situation)).toBe(phase)
  if (message === undefined) expect(explain(situation)).toBeUndefined()
  else expect(explain(situation)).toContain(message)
})

test('a pod on its way out counts neither as ready nor as trouble, and is listed', () => {
  const leaving = { ...readyPod('a'), metadata: { name: 'a', deletionTimestamp: now } }
  const status = statusFor(resource(), observed([leaving]), now)
  expect(status).toMatchObject({ phase: 'Pending', replicas: 0, readyReplicas: 0 })
  expect(status.pods).toMatchObject([{ name: 'a', ready: false, phase: 'Terminating' }])
})

test('pods say why they wait', () => {
  const unschedulable = pod('b', {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no memory left' },
    ],
  })
  const fetching = pod('c', {
    phase: 'Pending',
    initContainerStatuses: [
      { name: 'fetch', image: '', imageID: '', ready: false, restartCount: 0, state: { running: {} } },
    ],
  })
  const { pods } = statusFor(
    withReplicas(3),
    observed([waitingPod('a', 'CrashLoopBackOff', 2), unschedulable, fetching]),
    now,
  )
  expect(pods).toMatchObject([
    {
      name: 'a',
      phase: 'CrashLoopBackOff',
      restarts: 2,
      node: 'node-1',
      message: 'inference exited with 2 (Error): bad magic',
    },
    { name: 'b', phase: 'Unschedulable', message: 'no memory left' },
    { name: 'c', phase: 'Pending', message: 'fetching the model' },
  ])
})

test('restarts are counted as kubectl does', () => {
  const container = { name: 'fetch', image: '', imageID: '', ready: true }
  const fetched = { ...container, restartCount: 2, state: { terminated: { exitCode: 0 } } }
  const crashed = { ...container, restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } }
  const serving = { ...container, name: 'inference', restartCount: 1, state: { running: {} } }
  const pods = [
    pod('a', { phase: 'Running', initContainerStatuses: [fetched], containerStatuses: [serving] }),
    pod('b', { phase: 'Pending', initContainerStatuses: [crashed] }),
  ]
  const status = statusFor(withReplicas(2), observed(pods), now)
  expect(status.pods?.map(({ restarts }) => restarts)).toEqual([1, 2])
})

test('conditions of a server that is ready', () => {
  const status = statusFor(resource(), observed([readyPod('a')]), now)
  expect(status).toMatchObject({
    observedGeneration: 1,
    selector: `berth.dev/server-id=${resource().spec.serverId}`,
  })
  expect(condition(status, 'Available')).toEqual({
    type: 'Available',
    status: 'True',
    observedGeneration: 1,
    reason: 'PodsReady',
    message: '1 of 1 replicas are ready.',
    lastTransitionTime: '2026-11-01T10:00:00Z',
  })
  expect(condition(status, 'Progressing')).toMatchObject({ status: 'False', reason: 'Complete' })
  expect(condition(status, 'Degraded')).toMatchObject({ status: 'False', reason: 'AsExpected' })
})

test('lastTransitionTime is kept while the status of a condition stays, and the whole is then equal', () => {
  const first = statusFor(resource(), observed([readyPod('a')]), now)
  const later = new Date('2026-11-01T11:00:00Z')
  const known: ModelServeResource = { ...resource(), status: first }
  expect(statusFor(known, observed([readyPod('a')]), later)).toEqual(first)
  const broken = statusFor(known, observed([loadingPod('a')]), later)
  expect(condition(broken, 'Available')).toMatchObject({
    status: 'False',
    lastTransitionTime: '2026-11-01T11:00:00Z',
  })
  expect(condition(broken, 'Degraded')?.lastTransitionTime).toBe('2026-11-01T10:00:00Z')
})

test('what the Deployment says of a quota, and what keeps the operator itself, are told', () => {
  const refused: Observed = {
    pods: [],
    deployment: {
      status: {
        conditions: [
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' },
        ],
      },
    },
  }
  expect(statusFor(resource(), refused, now).phase).toBe('Failed')
  const obstacle = { reason: 'TokenUnavailable', message: 'The auth service cannot be reached.' }
  const status = statusFor(resource(), observed([]), now, obstacle)
  expect(status.phase).toBe('Pending')
  expect(condition(status, 'Degraded')).toMatchObject({ status: 'True', reason: 'TokenUnavailable' })
})

test('a rollout is progress', () => {
  const rolling: Observed = {
    pods: [readyPod('a')],
    deployment: { metadata: { generation: 2 }, status: { observedGeneration: 1 } },
  }
  const status = statusFor(resource(), rolling, now)
  expect(status.phase).toBe('Ready')
  expect(condition(status, 'Progressing')).toMatchObject({ status: 'True', reason: 'RollingOut' })
})
