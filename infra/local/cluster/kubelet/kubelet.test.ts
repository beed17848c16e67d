import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../objects.ts'
import { expand } from './environment.ts'
import { leftIn } from './groups.ts'
import { untagged } from './images.ts'
import { podStatus } from './status.ts'
import { rewritePaths } from './volumes.ts'

describe('what containers are told', () => {
  it('expands variables as Kubernetes does', () => {
    expect(expand('$(A)-$(B)-$$(A)-$A', { A: '1' })).toBe('1-$(B)-$(A)-$A')
  })

  const mounts: [string, string][] = [
    ['/models/cache', '/data/cache'],
    ['/models', '/data/m'],
  ]
  it.each([
    ['/models', '/data/m'],
    ['/models/a.gguf', '/data/m/a.gguf'],
    ['/models/cache/x', '/data/cache/x'],
    ['--model=/models/a', '--model=/data/m/a'],
    ['cat "/models/a" /models/b', 'cat "/data/m/a" /data/m/b'],
    ['/modelsmith', '/modelsmith'],
    ['http://host/models/a', 'http://host/models/a'],
    ['/srv/models/a', '/srv/models/a'],
  ])('rewrites %s', (text, result) => {
    expect(rewritePaths(text, mounts)).toBe(result)
  })

  it.each([
    ['berth/inference', 'berth/inference'],
    ['berth/inference:1.2', 'berth/inference'],
    ['host:5000/berth/inference:1@sha256:abc', 'host:5000/berth/inference'],
  ])('finds the image %s', (image, key) => {
    expect(untagged(image)).toBe(key)
  })

  it('reads what an earlier life left', () => {
    expect([...leftIn('+ 1 a\n+ 2 b\n- 1\n+ 3')]).toEqual([[2, 'b']])
  })
})

describe('podStatus', () => {
  const pod = (restartPolicy: 'Always' | 'OnFailure' | 'Never'): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    spec: { restartPolicy, containers: [{ name: 'm', image: 'i' }] },
  })
  const container = (state: ContainerStatus['state'], ready = false): ContainerStatus => ({
    name: 'm',
    image: 'i',
    imageID: '',
    ready,
    restartCount: 0,
    state,
    lastState: {},
  })
  const ended = (exitCode: number) =>
    container({ terminated: { exitCode, reason: '', startedAt: '', finishedAt: '', containerID: '' } })
  const running = (ready: boolean) => container({ running: { startedAt: '' } }, ready)
  const waiting = container({ waiting: { reason: 'ContainerCreating' } })

  it.each([
    ['Always', [], [waiting], 'Pending', 'False'],
    ['Always', [], [running(false)], 'Running', 'False'],
    ['Always', [], [running(true)], 'Running', 'True'],
    ['Always', [running(false)], [waiting], 'Pending', 'False'],
    ['Never', [ended(1)], [waiting], 'Failed', 'False'],
    ['Always', [], [ended(0)], 'Running', 'False'],
    ['OnFailure', [], [ended(0)], 'Succeeded', 'False'],
    ['OnFailure', [], [ended(1)], 'Running', 'False'],
    ['Never', [], [ended(1)], 'Failed', 'False'],
  ] as const)('restartPolicy %s', (policy, inits, mains, phase, ready) => {
    const observed = { inits: [...inits], mains: [...mains], address: '127.77.0.1', terminating: false }
    const status = podStatus(pod(policy), observed)
    expect(status.phase).toBe(phase)
    expect(status.conditions?.find((condition) => condition.type === 'Ready')?.status).toBe(ready)
  })

  it('is not ready from the moment it ends', () => {
    const observed = { inits: [], mains: [running(true)], address: '127.77.0.1', terminating: true }
    expect(podStatus(pod('Always'), observed).conditions?.find((c) => c.type === 'Ready')?.status).toBe(
      'False',
    )
  })
})
