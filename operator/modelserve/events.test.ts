import { expect, test } from 'vitest'
import { statusHappenings, stepHappenings } from './events.ts'
import { loadingPod, observedFrom, readyPod, resource, settings, token, waitingPod } from './fixture.ts'
import { plan } from './plan.ts'
import type { Observed } from './resource.ts'
import { statusFor } from './status.ts'

const now = new Date('2026-11-01T10:00:00Z')
const created = plan(resource(), { pods: [] }, settings, token)
const reasons = (found: { type: string; reason: string }[]) =>
  found.map(({ type, reason }) => `${type} ${reason}`)
const statusWith = (...pods: Observed['pods']) =>
  statusFor(resource(), { ...observedFrom(created), pods }, now)

test('what is made is told once, and nothing when all remains', () => {
  expect(stepHappenings(created, undefined).map(({ message }) => message)).toEqual([
    'Created Secret fox-models-token',
    'Created Deployment fox',
    'Created Service fox',
  ])
  expect(stepHappenings(plan(resource(), observedFrom(created), settings, token), 1)).toEqual([])
})

test('scaling is told with its numbers, another change as an update, a renewed token not at all', () => {
  const scaled = resource({ spec: { ...resource().spec, replicas: 3 } })
  const steps = plan(scaled, observedFrom(created), settings, token)
  expect(stepHappenings(steps, 1)).toEqual([
    { type: 'Normal', reason: 'Scaled', message: 'Scaled Deployment fox from 1 to 3' },
  ])
  const moved = plan(resource(), observedFrom(created), { ...settings, image: 'berth/inference:0.2.0' })
  expect(reasons(stepHappenings(moved, 1))).toEqual(['Normal Updated'])
  const renewed = plan(resource(), observedFrom(created), settings, { token: 'newer', expiresAt: 2 })
  expect(stepHappenings(renewed, 1)).toEqual([])
})

test('becoming ready and getting into trouble are told when they happen', () => {
  const loading = statusWith(loadingPod('a'))
  const ready = statusWith(readyPod('a'))
  const crashing = statusWith(waitingPod('a', 'CrashLoopBackOff', 4))
  expect(reasons(statusHappenings(undefined, loading))).toEqual([])
  expect(reasons(statusHappenings(loading, ready))).toEqual(['Normal Ready'])
  expect(reasons(statusHappenings(ready, ready))).toEqual([])
  expect(statusHappenings(ready, crashing)).toEqual([
    {
      type: 'Warning',
      reason: 'CrashLoopBackOff',
      message: 'CrashLoopBackOff: inference exited with 2 (Error): bad magic',
    },
  ])
  expect(reasons(statusHappenings(crashing, crashing))).toEqual([])
})

test('fewer pods than wanted, as in every scaling, is no warning', () => {
  const two = resource({ spec: { ...resource().spec, replicas: 2 } })
  const status = statusFor(two, { ...observedFrom(created), pods: [readyPod('a'), loadingPod('b')] }, now)
  expect(reasons(statusHappenings(statusWith(readyPod('a')), status))).toEqual([])
})
