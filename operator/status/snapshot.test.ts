import { expect, test } from 'vitest'
import { readyPod, resource, waitingPod } from '../modelserve/fixture.ts'
import { contractRefused } from '../modelserve/status.ts'
import { reportOf } from './snapshot.ts'

test('a report tells the whole state of a server, with the usage of the pods that were measured', () => {
  const scaled = resource({ spec: { ...resource().spec, replicas: 2 }, status: { observedGeneration: 1 } })
  const pods = [waitingPod('b', 'ImagePullBackOff'), readyPod('a')]
  const usage = { memoryBytes: 1_000, cpuCores: 0.5 }
  const report = reportOf(scaled, { pods }, (pod) => (pod.metadata?.name === 'a' ? usage : undefined))
  expect(report).toEqual({
    serverId: scaled.spec.serverId,
    namespace: 'berth-acme',
    name: 'fox',
    observedGeneration: 1,
    phase: 'Degraded',
    message: 'ImagePullBackOff: waits for ImagePullBackOff',
    specReplicas: 2,
    replicas: 2,
    readyReplicas: 1,
    deployment: 'fox',
    service: 'fox',
    pods: [
      { name: 'a', ready: true, restarts: 0, phase: 'Running', node: 'node-1', ...usage },
      {
        name: 'b',
        ready: false,
        restarts: 0,
        phase: 'ImagePullBackOff',
        node: 'node-1',
        message: 'waits for ImagePullBackOff',
      },
    ],
    deleting: false,
    refused: false,
  })
})

test('of a spec that was not held against its contract yet only the one before is told as dealt with', () => {
  const changed = resource({
    metadata: { ...resource().metadata, generation: 2 },
    status: { observedGeneration: 1 },
  })
  expect(reportOf(changed, { pods: [] }, () => undefined)).toMatchObject({ observedGeneration: 1 })
})

test('a resource that is being deleted says so', () => {
  const leaving = resource({ metadata: { ...resource().metadata, deletionTimestamp: new Date(0) } })
  expect(reportOf(leaving, { pods: [] }, () => undefined)).toMatchObject({ deleting: true, replicas: 0 })
})

test('a resource that its contract does not cover says so, and why', () => {
  const obstacle = { reason: contractRefused, message: 'it was changed', lasting: true }
  const report = reportOf(resource(), { pods: [] }, () => undefined, obstacle)
  expect(report).toMatchObject({ refused: true, phase: 'Failed', message: 'ContractRefused: it was changed' })
})
