import { describe, expect, it } from 'vitest'
import { serverSideApply, trackUpdate } from './apply.ts'
import { ApiError } from './errors.ts'
import { listKindsOf } from './listkeys.ts'
import type { Fields, KubeObject } from './objects.ts'
import { applyJsonPatch, mergePatch, strategicMerge } from './patch.ts'
import { configMaps, deployments, pods } from './resources.ts'

describe('mergePatch', () => {
  // The cases of RFC 7386, appendix A, that objects can have.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j + %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })
})

describe('applyJsonPatch', () => {
  it('leaves its input alone, and answers 422 to a failed test', () => {
    const target = { a: [1, 2] }
    expect(applyJsonPatch(target, [{ op: 'add', path: '/a/-', value: 3 }])).toEqual({ a: [1, 2, 3] })
    expect(target).toEqual({ a: [1, 2] })
    const failing = () => applyJsonPatch(target, [{ op: 'test', path: '/a/0', value: 9 }])
    expect(failing).toThrow(expect.objectContaining({ code: 422 }))
  })
})

describe('strategicMerge', () => {
  const kinds = listKindsOf(pods)
  const merge = (target: Fields, patch: Fields): Fields => strategicMerge(target, patch, kinds)

  it('merges keyed lists, replaces the others', () => {
    const target = {
      spec: {
        containers: [
          { name: 'a', image: 'x', args: ['1'] },
          { name: 'b', image: 'y' },
        ],
      },
    }
    const patch = {
      spec: {
        containers: [
          { name: 'a', args: ['2'] },
          { name: 'c', image: 'z' },
        ],
      },
    }
    expect(merge(target, patch)).toEqual({
      spec: {
        containers: [
          { name: 'a', image: 'x', args: ['2'] },
          { name: 'b', image: 'y' },
          { name: 'c', image: 'z' },
        ],
      },
    })
  })

  it('follows its directives', () => {
    const target = {
      metadata: { finalizers: ['a', 'b'] },
      spec: { volumes: [{ name: 'v' }, { name: 'w' }], strategy: { type: 'X', x: 1 } },
    }
    const patch = {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['c'] },
      spec: {
        '$setElementOrder/volumes': [{ name: 'n' }, { name: 'w' }],
        volumes: [{ name: 'v', $patch: 'delete' }, { name: 'n' }],
        strategy: { $retainKeys: ['type'], type: 'Y' },
      },
    }
    expect(merge(target, patch)).toEqual({
      metadata: { finalizers: ['b', 'c'] },
      spec: { volumes: [{ name: 'n' }, { name: 'w' }], strategy: { type: 'Y' } },
    })
  })
})

describe('serverSideApply', () => {
  const kinds = listKindsOf(deployments)
  const head = { apiVersion: 'apps/v1', kind: 'Deployment' }
  const writer = (manager: string) => ({ manager, apiVersion: 'apps/v1', subresource: undefined })
  const meta = { name: 'd', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
  const stored = (fields: Fields): KubeObject => {
    const object = fields as KubeObject
    return { ...object, metadata: { ...meta, ...object.metadata } }
  }
  const container = (env: Fields[]): Fields => ({
    spec: { template: { spec: { containers: [{ name: 'm', env }] } } },
  })
  const env = (object: Fields): unknown =>
    JSON.parse(JSON.stringify(object)).spec.template.spec.containers[0].env

  it('removes list items that their manager no longer declares, and keeps those of others', () => {
    const first = stored(
      serverSideApply(
        undefined,
        { ...head, ...container([{ name: 'A', value: '1' }]) },
        writer('one'),
        false,
        kinds,
      ),
    )
    const both = stored(
      serverSideApply(
        first,
        { ...head, ...container([{ name: 'B', value: '2' }]) },
        writer('two'),
        false,
        kinds,
      ),
    )
    expect(env(both)).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ])
    const less = serverSideApply(both, { ...head, ...container([]) }, writer('one'), false, kinds)
    expect(env(less)).toEqual([{ name: 'B', value: '2' }])
  })

  it('names the field and its owner in a conflict', () => {
    const live = stored({ ...head, spec: { replicas: 2 } })
    live.metadata.managedFields = trackUpdate(undefined, live, writer('kubectl-scale'), kinds)
    const apply = (force: boolean) =>
      serverSideApply(live, { ...head, spec: { replicas: 3 } }, writer('op'), force, kinds)
    expect(() => apply(false)).toThrow(ApiError)
    expect(() => apply(false)).toThrow('conflict with "kubectl-scale" using apps/v1: .spec.replicas')
    const forced = apply(true)
    expect(forced.spec).toEqual({ replicas: 3 })
    expect((forced.metadata as KubeObject['metadata']).managedFields?.map((entry) => entry.manager)).toEqual([
      'op',
    ])
  })

  it('takes a changed field from whoever applied it', () => {
    const plain = listKindsOf(configMaps)
    const live = stored(serverSideApply(undefined, { data: { a: '1', b: '1' } }, writer('one'), false, plain))
    const changed = { ...live, data: { a: '2', b: '1' } }
    const entries = trackUpdate(live, changed, writer('edit'), plain)
    expect(entries.map((entry) => [entry.manager, entry.fieldsV1])).toEqual([
      ['one', { 'f:data': { 'f:b': {} } }],
      ['edit', { 'f:data': { 'f:a': {} } }],
    ])
  })
})
