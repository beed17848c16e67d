import { until } from '@berth/kit/condition'
import { CustomObjectsApi, PatchStrategy, type V1CustomResourceDefinition } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  codeOf,
  createNamespace,
  dropNamespace,
  merge,
  patchAs,
  serveKind,
  startCluster,
  statusOf,
  unique,
} from './cluster-kit.ts'

const plural = `${unique('boats').replace('-', '')}s`
const group = 'test.berth.dev'
const version = 'v1'
const kind = 'Boat'
const apiVersion = `${group}/${version}`

let cluster: Cluster
let objects: CustomObjectsApi
let dropKind: () => Promise<unknown>
let namespace: string

const definition: V1CustomResourceDefinition = {
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, singular: plural.slice(0, -1), kind, listKind: 'BoatList' },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [
          { name: 'Sails', type: 'integer', jsonPath: '.spec.sails' },
          { name: 'Berth', type: 'string', jsonPath: '.status.berth' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['sails'],
                properties: {
                  sails: { type: 'integer', minimum: 1 },
                  colour: { type: 'string', _enum: ['red', 'blue'], _default: 'blue' },
                  replicas: { type: 'integer', _default: 1 },
                  port: { x_kubernetes_int_or_string: true },
                  cargo: { type: 'object', x_kubernetes_preserve_unknown_fields: true },
                  crew: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, role: { type: 'string', default: 'sailor' } },
                    },
                  },
                },
              },
              status: {
                type: 'object',
                x_kubernetes_preserve_unknown_fields: true,
              },
            },
          },
        },
      },
    ],
  },
}

const boat = (name: string, spec: object, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name },
  spec,
  ...more,
})
const create = (body: object, more: object = {}): Promise<Record<string, Record<string, unknown>>> =>
  objects.createNamespacedCustomObject({ group, version, namespace, plural, body, ...more })
const at = (name: string) => ({ group, version, namespace, plural, name })

beforeAll(async () => {
  cluster = await startCluster()
  objects = cluster.config.makeApiClient(CustomObjectsApi)
  namespace = await createNamespace(cluster.config)
  dropKind = await serveKind(cluster.config, namespace, definition)
})
afterAll(async () => {
  await dropKind()
  await dropNamespace(cluster.config, namespace)
  await cluster.stop()
})

describe('custom resources', () => {
  it('are defaulted, pruned and validated', async () => {
    const name = unique('boat')
    const made = await create(boat(name, { sails: 2, port: 'http', cargo: { any: [1] }, anchor: true }))
    expect(made.spec).toEqual({ sails: 2, colour: 'blue', replicas: 1, port: 'http', cargo: { any: [1] } })
    expect(made.metadata?.generation).toBe(1)
    const refused = await statusOf(create(boat(unique('boat'), { sails: 0, colour: 'green' })))
    expect(refused).toMatchObject({ reason: 'Invalid', code: 422 })
    const details = refused.details as { causes: { field: string }[] }
    expect(details.causes.map((cause) => cause.field).sort()).toEqual(['spec.colour', 'spec.sails'])
    expect(await codeOf(create(boat(unique('boat'), {})))).toBe(422)
    const strict = create(boat(unique('boat'), { sails: 1, anchor: true }), { fieldValidation: 'Strict' })
    expect(String((await statusOf(strict)).message)).toContain('unknown field "spec.anchor"')
  })

  it('are defaulted and pruned in lists, and again when they are replaced', async () => {
    const name = unique('boat')
    const made = await create(boat(name, { sails: 1, crew: [{ name: 'Ann', hat: 1 }] }))
    expect(made.spec?.crew).toEqual([{ name: 'Ann', role: 'sailor' }])
    const body = { ...made, spec: { sails: 1, colour: null, crew: [{ role: 'cook' }] } }
    const refused = await statusOf(objects.replaceNamespacedCustomObject({ ...at(name), body }))
    expect(String(refused.message)).toContain('spec.crew[0].name: Required value')
    const good = { ...made, spec: { sails: 1, colour: null, anchor: true, crew: [] } }
    const replaced = await objects.replaceNamespacedCustomObject({ ...at(name), body: good })
    expect(replaced.spec).toEqual({ sails: 1, colour: 'blue', replicas: 1, crew: [] })
  })

  it('go with their definition', async () => {
    const other = `${unique('rafts').replace('-', '')}s`
    const raft: V1CustomResourceDefinition = structuredClone(definition)
    raft.metadata = { name: `${other}.${group}` }
    raft.spec.names = { plural: other, singular: other.slice(0, -1), kind: 'Raft', listKind: 'RaftList' }
    const drop = await serveKind(cluster.config, namespace, raft)
    const rafts = { group, version, namespace, plural: other }
    const body = { apiVersion, kind: 'Raft', metadata: { name: 'r' }, spec: { sails: 1 } }
    await objects.createNamespacedCustomObject({ ...rafts, body })
    await drop()
    await until(
      'the kind is gone',
      async () => (await codeOf(objects.listNamespacedCustomObject(rafts))) === 404,
    )
    const dropAgain = await serveKind(cluster.config, namespace, raft)
    expect(await objects.listNamespacedCustomObject(rafts)).toMatchObject({ items: [] })
    await dropAgain()
  })

  it('keep spec and status apart', async () => {
    const name = unique('boat')
    const made = await create(boat(name, { sails: 1 }, { status: { replicas: 9 } }))
    expect(made.status).toBeUndefined()
    const body = { ...made, spec: { sails: 5 }, status: { replicas: 3, selector: 'a=b' } }
    const afloat = await objects.replaceNamespacedCustomObjectStatus({ ...at(name), body })
    expect(afloat).toMatchObject({ spec: { sails: 1 }, status: { replicas: 3 }, metadata: { generation: 1 } })
    const patch = { spec: { sails: 2 }, status: { replicas: 7 } }
    const patched = await objects.patchNamespacedCustomObject({ ...at(name), body: patch }, merge)
    expect(patched).toMatchObject({
      spec: { sails: 2 },
      status: { replicas: 3 },
      metadata: { generation: 2 },
    })
    const scale = await objects.getNamespacedCustomObjectScale(at(name))
    expect(scale).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { replicas: 3, selector: 'a=b' },
    })
    await objects.patchNamespacedCustomObjectScale({ ...at(name), body: { spec: { replicas: 4 } } }, merge)
    expect(await objects.getNamespacedCustomObject(at(name))).toMatchObject({
      spec: { replicas: 4, sails: 2 },
    })
  })

  it('take an applied status, and write nothing when it is applied again', async () => {
    const name = unique('boat')
    await create(boat(name, { sails: 1 }))
    const apply = (status: object): Promise<Record<string, Record<string, unknown>>> =>
      objects.patchNamespacedCustomObjectStatus(
        {
          ...at(name),
          fieldManager: 'harbour',
          force: true,
          body: { apiVersion, kind, metadata: { name }, status },
        },
        patchAs(PatchStrategy.ServerSideApply),
      )
    const first = await apply({ replicas: 1, berth: 'A' })
    expect(first).toMatchObject({ spec: { sails: 1 }, status: { replicas: 1, berth: 'A' } })
    const again = await apply({ replicas: 1, berth: 'A' })
    expect(again.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion)
    expect((await apply({ replicas: 2 })).status).toEqual({ replicas: 2 })
  })

  it('are told as a Table', async () => {
    const name = unique('boat')
    await create(boat(name, { sails: 3 }))
    const status = { berth: 'A' }
    await objects.patchNamespacedCustomObjectStatus({ ...at(name), body: { status } }, merge)
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const { Accept, table } = await readTable(
      `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`,
      accept,
    )
    expect(Accept).toBe(accept)
    expect(table.columnDefinitions.map((column) => column.name)).toEqual(['Name', 'Sails', 'Berth'])
    expect(table.rows[0]?.cells).toEqual([name, 3, 'A'])
  })
})

interface Table {
  columnDefinitions: { name: string }[]
  rows: { cells: unknown[] }[]
}

async function readTable(path: string, Accept: string): Promise<{ Accept: string; table: Table }> {
  const { request } = await import('node:https')
  const options: Parameters<typeof request>[1] = { headers: { Accept } }
  await cluster.config.applyToHTTPSOptions(
    options as Parameters<typeof cluster.config.applyToHTTPSOptions>[0],
  )
  const { server } = cluster.config.getCurrentCluster() ?? {}
  return new Promise((resolve, reject) => {
    const call = request(`${server}${path}`, options, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve({ Accept, table: JSON.parse(text) as Table }))
    })
    call.on('error', reject)
    call.end()
  })
}
