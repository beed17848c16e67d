import {
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  PatchStrategy,
  type V1ConfigMap,
  V1MicroTime,
  type V1Secret,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  codeOf,
  collect,
  createNamespace,
  dropNamespace,
  eventually,
  image,
  merge,
  patchAs,
  startCluster,
  statusOf,
  unique,
} from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let namespace: string

beforeAll(async () => {
  cluster = await startCluster()
  core = cluster.config.makeApiClient(CoreV1Api)
  namespace = await createNamespace(cluster.config)
}, 30_000)
afterAll(async () => {
  await dropNamespace(cluster.config, namespace)
  await cluster.stop()
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

  it('generates names and tries without writing', async () => {
    const body: V1Secret = { metadata: { generateName: 'gen-' }, stringData: { token: 'geheim' } }
    const secret = await core.createNamespacedSecret({ namespace, body })
    expect(secret.metadata?.name).toMatch(/^gen-[a-z0-9]{5}$/)
    expect(secret.data).toEqual({ token: Buffer.from('geheim').toString('base64') })
    const name = unique('dry')
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name } }, dryRun: 'All' })
    expect(await codeOf(core.readNamespacedConfigMap({ name, namespace }))).toBe(404)
  })

  it('selects by labels and fields, and pages', async () => {
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
    const page = await core.listNamespacedConfigMap({ namespace, labelSelector: `group=${group}`, limit: 2 })
    expect(page.items).toHaveLength(2)
    const rest = await core.listNamespacedConfigMap({
      namespace,
      labelSelector: `group=${group}`,
      limit: 2,
      _continue: page.metadata?._continue,
    })
    expect(rest.items.map((item) => item.metadata?.name)).toEqual([`${group}-c`])
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: `group=${group}` })
    expect(await names(`group=${group}`)).toEqual([])
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
    await eventually('five events', async () => seen.events.length >= 5)
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
    await eventually('the same again', async () => replay.events.length >= 5)
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

  it('starts with what there is, and says 410 to a version that is too old', async () => {
    const name = unique('initial')
    await configMap(name)
    const seen = await collect<V1ConfigMap>(cluster.config, path(), {
      fieldSelector: `metadata.name=${name}`,
    })
    await eventually('the object', async () => seen.events.some((event) => event.type === 'ADDED'))
    seen.stop()
    if (!cluster.standIn) return
    const old = await collect<V1ConfigMap>(cluster.config, path(), {
      resourceVersion: '0000001',
      allowWatchBookmarks: true,
    })
    const restarted = await eventually('an event', async () => old.events[0])
    expect(['ADDED', 'ERROR']).toContain(restarted.type)
    old.stop()
  })
})

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

  it('collects what lost its owner, and leaves orphans alone', async () => {
    const owned = async (owner: V1ConfigMap, name: string): Promise<void> => {
      const { name: ownerName = '', uid = '' } = owner.metadata ?? {}
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid, blockOwnerDeletion: true },
      ]
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, ownerReferences } } })
    }
    for (const propagationPolicy of ['Background', 'Foreground', 'Orphan']) {
      const name = unique('owner')
      await owned(await configMap(name), `${name}-child`)
      await core.deleteNamespacedConfigMap({ name, namespace, propagationPolicy })
      const code = (of: string): Promise<number> =>
        codeOf(core.readNamespacedConfigMap({ name: of, namespace }))
      await eventually('the owner to go', async () => (await code(name)) === 404)
      if (propagationPolicy === 'Orphan') {
        const child = await core.readNamespacedConfigMap({ name: `${name}-child`, namespace })
        expect(child.metadata?.ownerReferences ?? []).toEqual([])
      } else await eventually('the child to go', async () => (await code(`${name}-child`)) === 404)
    }
  })

  it('empties a namespace before it goes', async () => {
    const name = await createNamespace(cluster.config)
    const body = { metadata: { name: 'last', finalizers: ['berth.dev/test'] } }
    await core.createNamespacedConfigMap({ namespace: name, body })
    await core.deleteNamespace({ name })
    await eventually('its content to be marked', async () => {
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
    await eventually('the namespace to go', async () => (await codeOf(core.readNamespace({ name }))) === 404)
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
