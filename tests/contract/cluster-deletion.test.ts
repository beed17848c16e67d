import { until } from '@berth/kit/condition'
import type { CoreV1Api, V1ConfigMap } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { type Cluster, codeOf, createNamespace, inNamespace, merge, unique } from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let namespace: string

inNamespace((given) => {
  ;({ cluster, core, namespace } = given)
})

const configMap = (name: string) =>
  core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } })

describe('deletion', () => {
  it('waits for finalizers', async () => {
    const name = unique('fin')
    const body = { metadata: { name, finalizers: ['berth.dev/test'] } }
    await core.createNamespacedConfigMap({ namespace, body })
    await core.deleteNamespacedConfigMap({ name, namespace })
    const waiting = await core.readNamespacedConfigMap({ name, namespace })
    expect(waiting.metadata?.deletionTimestamp).toBeInstanceOf(Date)
    await core.patchNamespacedConfigMap({ name, namespace, body: { metadata: { finalizers: null } } }, merge)
    expect(await codeOf(core.readNamespacedConfigMap({ name, namespace }))).toBe(404)
  })

  it('checks preconditions', async () => {
    const name = unique('pre')
    await configMap(name)
    const preconditions = { uid: '00000000-0000-0000-0000-000000000000' }
    expect(await codeOf(core.deleteNamespacedConfigMap({ name, namespace, body: { preconditions } }))).toBe(
      409,
    )
  })

  it('collects what lost its owner', async () => {
    const owned = async (owner: V1ConfigMap, name: string): Promise<void> => {
      const { name: ownerName = '', uid = '' } = owner.metadata ?? {}
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid, blockOwnerDeletion: true },
      ]
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, ownerReferences } } })
    }
    for (const propagationPolicy of ['Background', 'Foreground']) {
      const name = unique('owner')
      await owned(await configMap(name), `${name}-child`)
      await core.deleteNamespacedConfigMap({ name, namespace, propagationPolicy })
      const code = (of: string): Promise<number> =>
        codeOf(core.readNamespacedConfigMap({ name: of, namespace }))
      await until('the owner is gone', async () => (await code(name)) === 404)
      await until('the child is gone', async () => (await code(`${name}-child`)) === 404)
    }
  })

  it('empties a namespace before it goes', async () => {
    const name = await createNamespace(cluster.config)
    const body = { metadata: { name: 'last', finalizers: ['berth.dev/test'] } }
    await core.createNamespacedConfigMap({ namespace: name, body })
    await core.deleteNamespace({ name })
    await until('its content is marked', async () => {
      const last = await core.readNamespacedConfigMap({ name: 'last', namespace: name })
      return last.metadata?.deletionTimestamp
    })
    const late = core.createNamespacedConfigMap({ namespace: name, body: { metadata: { name: 'late' } } })
    expect(await codeOf(late)).toBe(403)
    expect((await core.readNamespace({ name })).status?.phase).toBe('Terminating')
    await core.patchNamespacedConfigMap(
      { name: 'last', namespace: name, body: { metadata: { finalizers: null } } },
      merge,
    )
    await until('the namespace is gone', async () => (await codeOf(core.readNamespace({ name }))) === 404)
  })
})
