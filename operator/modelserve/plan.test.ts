import type { V1Deployment } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { deployment, observedFrom, resource, settings, token } from './fixture.ts'
import { covers, plan, planRemoval } from './plan.ts'
import type { Observed } from './resource.ts'

const nothing: Observed = { pods: [] }
const actions = (steps: ReturnType<typeof plan>) =>
  steps.map(({ action, object }) => `${action} ${object.kind} ${object.metadata?.name}`)

test('a new ModelServe gets its Secret first, then Deployment and Service, all owned by it', () => {
  const steps = plan(resource(), nothing, settings, token)
  expect(actions(steps)).toEqual([
    'create Secret fox-models-token',
    'create Deployment fox',
    'create Service fox',
  ])
  for (const { object } of steps) {
    expect(object.metadata?.ownerReferences).toMatchObject([
      { kind: 'ModelServe', uid: 'uid-1', controller: true },
    ])
    expect(object.metadata?.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'berth-operator',
      'berth.dev/server-id': resource().spec.serverId,
      'berth.dev/tenant': 'tenant-1',
    })
  }
})

test('the same input gives the same plan, and what is applied is left alone', () => {
  const steps = plan(resource(), nothing, settings, token)
  expect(plan(resource(), nothing, settings, token)).toEqual(steps)
  const again = plan(resource(), observedFrom(steps), settings, token)
  expect(again.map(({ action }) => action)).toEqual(['remain', 'remain', 'remain'])
})

test('defaults that the API adds, and a kind that a list leaves out, are no change', () => {
  const observed = observedFrom(plan(resource(), nothing, settings, token))
  const found = deployment(observed)
  const filled: V1Deployment = {
    ...found,
    kind: undefined,
    apiVersion: undefined,
    spec: found.spec && { ...found.spec, minReadySeconds: 0 },
    status: { replicas: 1 },
  }
  const steps = plan(resource(), { ...observed, deployment: filled }, settings, token)
  expect(steps.map(({ action }) => action)).toEqual(['remain', 'remain', 'remain'])
})

test.each([
  ['more replicas', { replicas: 3 }],
  ['another model', { model: { ...resource().spec.model, sha256: 'b'.repeat(64) } }],
  ['another runtime', { runtime: { ...resource().spec.runtime, contextSize: 4096 } }],
  ['other resources', { resources: { cpu: '2', memory: '1Gi' } }],
])('%s updates the Deployment only', (_what, change) => {
  const observed = observedFrom(plan(resource(), nothing, settings, token))
  const changed = resource({ spec: { ...resource().spec, ...change } })
  expect(actions(plan(changed, observed, settings, token))).toEqual([
    'remain Secret fox-models-token',
    'update Deployment fox',
    'remain Service fox',
  ])
})

test('what someone else changed is changed back', () => {
  const observed = observedFrom(plan(resource(), nothing, settings, token))
  const found = deployment(observed)
  const scaled = { ...found, spec: found.spec && { ...found.spec, replicas: 7 } }
  const steps = plan(resource(), { ...observed, deployment: scaled }, settings, token)
  expect(actions(steps)).toContain('update Deployment fox')
})

test('a renewed token updates the Secret only; without one the Secret is not looked at', () => {
  const observed = observedFrom(plan(resource(), nothing, settings, token))
  const renewed = plan(resource(), observed, settings, { token: 'newer', expiresAt: 2 })
  expect(renewed.map(({ action }) => action)).toEqual(['update', 'remain', 'remain'])
  expect(actions(plan(resource(), observed, settings))).toEqual([
    'remain Deployment fox',
    'remain Service fox',
  ])
})

test('an object of an earlier ModelServe of that name is deleted, not taken over', () => {
  const observed = observedFrom(plan(resource(), nothing, settings, token))
  const later = resource({ metadata: { ...resource().metadata, uid: 'uid-2' } })
  expect(plan(later, observed, settings, token).map(({ action }) => action)).toEqual([
    'delete',
    'delete',
    'delete',
  ])
})

test('removal deletes everything that is there and its own', () => {
  const observed = observedFrom(plan(resource(), nothing, settings, token))
  expect(planRemoval(resource(), observed).map(({ object }) => object.kind)).toEqual([
    'Deployment',
    'Service',
    'Secret',
  ])
  expect(planRemoval(resource(), nothing)).toEqual([])
  const other = resource({ metadata: { ...resource().metadata, uid: 'uid-2' } })
  expect(planRemoval(other, observed)).toEqual([])
})

test('the pod is told what the ModelServe says, and no secret', () => {
  const found = deployment(observedFrom(plan(resource(), nothing, settings, token)))
  expect(JSON.stringify(found)).not.toContain(token.token)
  const pod = found.spec?.template.spec
  expect(pod?.automountServiceAccountToken).toBe(false)
  expect(pod?.initContainers?.[0]?.args).toEqual(['fetch'])
  const serve = pod?.containers[0]
  expect(serve?.args).toEqual(['serve'])
  const values = Object.fromEntries(serve?.env?.map(({ name, value }) => [name, value]) ?? [])
  expect(values).toMatchObject({ MODEL_NAME: 'storyteller', CONTEXT_SIZE: '2048', TENANT_ID: 'tenant-1' })
  expect(serve?.resources).toEqual({ requests: { cpu: '1', memory: '512Mi' }, limits: { memory: '512Mi' } })
})

test.each([
  [{ a: 1, b: 2 }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: [1, 2] }, { a: [1] }, false],
  [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }, true],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [undefined, {}, true],
  [undefined, { a: 1 }, false],
  [{ a: null }, { a: {} }, false],
])('%j covers %j: %s', (found, wanted, expected) => {
  expect(covers(found, wanted)).toBe(expected)
})
