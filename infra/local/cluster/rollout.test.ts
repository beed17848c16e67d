import { describe, expect, it } from 'vitest'
import type { Deployment, KubeObject, ReplicaSet } from './objects.ts'
import { planRollout } from './rollout.ts'

const template = { spec: { containers: [] } }
const object = (name: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'X',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '' },
})
const deployment = (replicas: number, strategy: Deployment['spec']['strategy']): Deployment => ({
  ...object('d'),
  spec: { replicas, strategy, selector: {}, template },
})
const set = (name: string, replicas: number, available = replicas): ReplicaSet => ({
  ...object(name),
  spec: { replicas, selector: {}, template },
  status: { replicas, availableReplicas: available },
})
const steps = (plan: Map<string, number>): object => Object.fromEntries(plan)

describe('planRollout', () => {
  const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge, maxUnavailable },
  })

  it.each([
    ['a first rollout goes up at once', 3, rolling('25%', '25%'), set('new', 0), [], { new: 3 }],
    ['surge first, the old stays', 2, rolling(1, 0), set('new', 0), [set('old', 2)], { new: 1 }],
    [
      'a new pod that is not available lets nothing go',
      2,
      rolling(1, 0),
      set('new', 1, 0),
      [set('old', 2)],
      {},
    ],
    ['an available new pod lets an old one go', 2, rolling(1, 0), set('new', 1), [set('old', 2)], { old: 1 }],
    ['without surge the old goes first', 2, rolling(0, 1), set('new', 0), [set('old', 2)], { old: 1 }],
    [
      'broken old pods go first',
      2,
      rolling(1, 0),
      set('new', 1, 0),
      [set('bad', 1, 0), set('old', 2)],
      { bad: 0 },
    ],
    ['scaling down', 1, rolling(1, 0), set('new', 3), [], { new: 1 }],
    ['a status older than the step before it', 2, rolling(1, 0), set('new', 2, 1), [set('old', 1, 2)], {}],
    ['done', 2, rolling(1, 0), set('new', 2), [set('old', 0)], {}],
  ])('%s', (_, replicas, strategy, current, old, expected) => {
    const plan = planRollout(deployment(replicas, strategy), current, old)
    expect(steps(plan)).toEqual(expected)
  })
})
