import { AppsV1Api, type CoreV1Api, PatchStrategy } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { type Cluster, codeOf, image, inNamespace, merge, patchAs, statusOf, unique } from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let namespace: string

inNamespace((given) => {
  ;({ cluster, core, namespace } = given)
})

const configMap = (name: string, data: Record<string, string> = {}) =>
  core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data } })

describe('patches', () => {
  it('merges, and follows JSON patch operations', async () => {
    const name = unique('patch')
    await configMap(name, { a: '1', b: '2' })
    const merged = await core.patchNamespacedConfigMap(
      { name, namespace, body: { data: { a: null, c: '3' } } },
      merge,
    )
    expect(merged.data).toEqual({ b: '2', c: '3' })
    const json = patchAs(PatchStrategy.JsonPatch)
    const body = [
      { op: 'test', path: '/data/b', value: '2' },
      { op: 'replace', path: '/data/b', value: '4' },
    ]
    expect((await core.patchNamespacedConfigMap({ name, namespace, body }, json)).data).toEqual({
      b: '4',
      c: '3',
    })
    expect(await codeOf(core.patchNamespacedConfigMap({ name, namespace, body }, json))).toBe(422)
  })

  it('merges lists by key in a strategic merge', async () => {
    const apps = cluster.config.makeApiClient(AppsV1Api)
    const name = unique('smp')
    const labels = { app: name }
    const containers = [
      { name: 'one', image, env: [{ name: 'A', value: '1' }] },
      { name: 'two', image },
    ]
    const spec = {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    }
    await apps.createNamespacedDeployment({ namespace, body: { metadata: { name }, spec } })
    const change = [
      { name: 'one', env: [{ name: 'B', value: '2' }] },
      { name: 'two', $patch: 'delete' },
    ]
    const body = { spec: { template: { spec: { containers: change } } } }
    const patched = await apps.patchNamespacedDeployment(
      { name, namespace, body },
      patchAs(PatchStrategy.StrategicMergePatch),
    )
    const [one, ...others] = patched.spec?.template.spec?.containers ?? []
    expect(others).toEqual([])
    expect(one?.env?.map((item) => item.name).sort()).toEqual(['A', 'B'])
    expect(patched.metadata?.generation).toBe(2)
  })

  it('applies: drops what its manager drops, refuses what another owns, takes it by force', async () => {
    const name = unique('ssa')
    const apply = (data: Record<string, string>, fieldManager: string, force = false) =>
      core.patchNamespacedConfigMap(
        {
          name,
          namespace,
          fieldManager,
          force,
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
        },
        patchAs(PatchStrategy.ServerSideApply),
      )
    const first = await apply({ a: '1', b: '2' }, 'one')
    expect(first.metadata?.managedFields?.[0]).toMatchObject({ manager: 'one', operation: 'Apply' })
    expect((await apply({ a: '1', b: '2' }, 'one')).metadata?.resourceVersion).toBe(
      first.metadata?.resourceVersion,
    )
    await apply({ c: '3' }, 'two')
    const refused = await statusOf(apply({ b: '9' }, 'two'))
    expect(refused).toMatchObject({ reason: 'Conflict', code: 409 })
    expect(String(refused.message)).toContain('conflict with "one"')
    expect((await apply({ b: '9' }, 'two', true)).data).toEqual({ a: '1', b: '9' })
    expect((await apply({}, 'one')).data).toEqual({ b: '9' })
  })
})
