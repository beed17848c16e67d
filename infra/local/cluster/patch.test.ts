import { describe, expect, it } from 'vitest'
import { serverSideApply } from './apply.ts'
import { listKindsOf } from './listkeys.ts'
import type { Fields, KubeObject } from './objects.ts'
import { applyJsonPatch, mergePatch, strategicMerge } from './patch.ts'
import { deployments, pods } from './resources.ts'

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
      spec: { volumes: [{ name: 'v' }, { name: 'w' }], strategy: { type: 'X', x: 1 } },
    }
    const patch = {
      spec: {
        volumes: [{ name: 'v', $patch: 'delete' }, { name: 'n' }],
        strategy: { $retainKeys: ['type'], type: 'Y' },
      },
    }
    expect(merge(target, patch)).toEqual({
      spec: { volumes: [{ name: 'w' }, { name: 'n' }], strategy: { type: 'Y' } },
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

  it('names the field and its owner in a conflict, and takes it by force', () => {
    const replicas = (count: number, manager: string, live?: KubeObject, force = false): KubeObject =>
      stored(serverSideApply(live, { ...head, spec: { replicas: count } }, writer(manager), force, kinds))
    const live = replicas(2, 'one')
    expect(() => replicas(3, 'two', live)).toThrow('conflict with "one" using apps/v1: .spec.replicas')
    expect(replicas(2, 'two', live).metadata.managedFields).toHaveLength(2)
    const forced = replicas(3, 'two', live, true)
    expect(forced.spec).toEqual({ replicas: 3 })
    expect(forced.metadata.managedFields).toMatchObject([
      { manager: 'two', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ])
  })
})
