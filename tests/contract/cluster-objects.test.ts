import { until } from '@berth/kit/condition'
import {
  CoordinationV1Api,
  type CoreV1Api,
  type V1ConfigMap,
  V1MicroTime,
  type V1Secret,
} from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { type Cluster, codeOf, collect, inNamespace, merge, statusOf, unique } from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let namespace: string

inNamespace((given) => {
  ;({ cluster, core, namespace } = given)
})

const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) =>
  core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data } })

describe('objects', () => {
  it('creates, reads, replaces and deletes', async () => {
    const name = unique('crud')
    const created = await configMap(name, { a: '1' })
    expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date)
    const replaced = await core.replaceNamespacedConfigMap({
      name,
      namespace,
      body: { ...created, data: { a: '2' } },
    })
    expect(Number(replaced.metadata?.resourceVersion)).toBeGreaterThan(
      Number(created.metadata?.resourceVersion),
    )
    expect((await core.readNamespacedConfigMap({ name, namespace })).data).toEqual({ a: '2' })
    await core.deleteNamespacedConfigMap({ name, namespace })
    expect(await codeOf(core.readNamespacedConfigMap({ name, namespace }))).toBe(404)
  })

  it('answers failures with a Status', async () => {
    const name = unique('status')
    const body = { metadata: { name } }
    const missing = await statusOf(core.readNamespacedConfigMap({ name, namespace }))
    expect(missing).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 })
    expect(missing).toMatchObject({
      message: `configmaps "${name}" not found`,
      details: { name, kind: 'configmaps' },
    })
    await configMap(name)
    expect(await statusOf(configMap(name))).toMatchObject({ reason: 'AlreadyExists', code: 409 })
    expect(await statusOf(configMap('Not_A_Name'))).toMatchObject({ reason: 'Invalid', code: 422 })
    const nowhere = core.createNamespacedConfigMap({ namespace: unique('none'), body })
    expect(await codeOf(nowhere)).toBe(404)
  })

  it('refuses a stale replace, and writes nothing when nothing changes', async () => {
    const name = unique('stale')
    const first = await configMap(name, { a: '1' })
    const second = await core.replaceNamespacedConfigMap({
      name,
      namespace,
      body: { ...first, data: { a: '2' } },
    })
    const stale = core.replaceNamespacedConfigMap({ name, namespace, body: { ...first, data: { a: '3' } } })
    expect(await statusOf(stale)).toMatchObject({ reason: 'Conflict', code: 409 })
    const again = await core.replaceNamespacedConfigMap({ name, namespace, body: second })
    expect(again.metadata?.resourceVersion).toBe(second.metadata?.resourceVersion)
  })

  it('refuses a patch that pins a version which is old', async () => {
    const name = unique('pinned')
    const first = await configMap(name, { a: '1' })
    const patch = (resourceVersion: string | undefined, a: string) =>
      core.patchNamespacedConfigMap(
        { name, namespace, body: { metadata: { resourceVersion }, data: { a } } },
        merge,
      )
    await patch(first.metadata?.resourceVersion, '2')
    expect(await codeOf(patch(first.metadata?.resourceVersion, '3'))).toBe(409)
    expect((await patch(undefined, '4')).data).toEqual({ a: '4' })
  })

  it('generates names', async () => {
    const body: V1Secret = { metadata: { generateName: 'gen-' }, stringData: { token: 'geheim' } }
    const secret = await core.createNamespacedSecret({ namespace, body })
    expect(secret.metadata?.name).toMatch(/^gen-[a-z0-9]{5}$/)
    expect(secret.data).toEqual({ token: Buffer.from('geheim').toString('base64') })
  })

  it('selects by labels and fields', async () => {
    const group = unique('sel')
    for (const tier of ['a', 'b', 'c']) await configMap(`${group}-${tier}`, {}, { group, tier })
    const names = async (labelSelector: string): Promise<string[]> => {
      const list = await core.listNamespacedConfigMap({ namespace, labelSelector })
      return list.items.map((item) => item.metadata?.name?.slice(-1) ?? '')
    }
    expect(await names(`group=${group}`)).toEqual(['a', 'b', 'c'])
    expect(await names(`group=${group},tier!=b`)).toEqual(['a', 'c'])
    expect(await names(`group=${group},tier in (a, b)`)).toEqual(['a', 'b'])
    expect(await names(`group=${group},tier notin (a),!missing`)).toEqual(['b', 'c'])
    const byName = await core.listNamespacedConfigMap({
      namespace,
      fieldSelector: `metadata.name=${group}-b`,
    })
    expect(byName.items).toHaveLength(1)
    const unknown = core.listNamespacedConfigMap({ namespace, fieldSelector: 'data.a=1' })
    expect(await codeOf(unknown)).toBe(400)
  })
})

describe('watch', () => {
  const path = (): string => `/api/v1/namespaces/${namespace}/configmaps`

  it('tells of everything after a version, in order, and of selectors left and entered', async () => {
    const group = unique('watch')
    const list = await core.listNamespacedConfigMap({ namespace })
    const resourceVersion = list.metadata?.resourceVersion ?? ''
    const seen = await collect<V1ConfigMap>(cluster.config, path(), {
      resourceVersion,
      labelSelector: `group=${group},on=yes`,
    })
    await configMap(group, {}, { group, on: 'yes' })
    await core.patchNamespacedConfigMap({ name: group, namespace, body: { data: { a: '1' } } }, merge)
    await core.patchNamespacedConfigMap(
      { name: group, namespace, body: { metadata: { labels: { on: 'no' } } } },
      merge,
    )
    await core.patchNamespacedConfigMap(
      { name: group, namespace, body: { metadata: { labels: { on: 'yes' } } } },
      merge,
    )
    await core.deleteNamespacedConfigMap({ name: group, namespace })
    await until('there are five events', async () => seen.events.length >= 5)
    expect(seen.events.map((event) => event.type)).toEqual([
      'ADDED',
      'MODIFIED',
      'DELETED',
      'ADDED',
      'DELETED',
    ])
    const replay = await collect<V1ConfigMap>(cluster.config, path(), {
      resourceVersion,
      labelSelector: `group=${group}`,
    })
    await until('the same is told again', async () => replay.events.length >= 5)
    expect(replay.events.map((event) => event.type)).toEqual([
      'ADDED',
      'MODIFIED',
      'MODIFIED',
      'MODIFIED',
      'DELETED',
    ])
    seen.stop()
    replay.stop()
  })

  it('starts with what there is', async () => {
    const name = unique('initial')
    await configMap(name)
    const seen = await collect<V1ConfigMap>(cluster.config, path(), {
      fieldSelector: `metadata.name=${name}`,
    })
    await until('the object is told', () => seen.events.some((event) => event.type === 'ADDED'))
    seen.stop()
  })

  it('ends when its time is over, with a bookmark of how far it came', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace })
    const made = await configMap(unique('bookmark'))
    const seen = await collect<V1ConfigMap>(cluster.config, path(), {
      resourceVersion: metadata?.resourceVersion ?? '',
      timeoutSeconds: 4,
      allowWatchBookmarks: true,
    })
    await until('the watch has ended', () => seen.ended())
    expect(seen.events.map((event) => event.type)).toEqual(['ADDED', 'BOOKMARK'])
    const version = Number(seen.events[1]?.object.metadata?.resourceVersion)
    expect(version).toBeGreaterThanOrEqual(Number(made.metadata?.resourceVersion))
  })

  it('says 410 to a version that is too old', async () => {
    // A restart forgets what went before it, as the watch cache of a real API server does.
    await cluster.standIn?.kill()
    await cluster.standIn?.start()
    const seen = await collect<V1ConfigMap>(cluster.config, path(), { resourceVersion: '1' })
    const [gone] = await until('the error is told', () => seen.events.length > 0 && seen.events)
    expect(gone).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
    await until('the watch has ended', () => seen.ended())
  })
})

describe('leases', () => {
  it('lets one of two candidates win', async () => {
    const leases = cluster.config.makeApiClient(CoordinationV1Api)
    const name = unique('lease')
    const spec = { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: new V1MicroTime() }
    const lease = await leases.createNamespacedLease({ namespace, body: { metadata: { name }, spec } })
    const take = (holderIdentity: string): Promise<number> =>
      codeOf(
        leases.replaceNamespacedLease({
          name,
          namespace,
          body: { ...lease, spec: { ...spec, holderIdentity } },
        }),
      )
    const codes = await Promise.all([take('b'), take('c')])
    expect(codes.sort()).toEqual([0, 409])
  })
})
