import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AdmissionregistrationV1Api,
  ApiextensionsV1Api,
  CustomObjectsApi,
  PatchStrategy,
  type V1CustomResourceDefinition,
  type V1ValidatingWebhook,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAuthority, serverCertificate } from '../../infra/local/cluster/certificates.ts'
import {
  type Cluster,
  codeOf,
  createNamespace,
  dropNamespace,
  eventually,
  freePort,
  merge,
  patchAs,
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
let definitions: ApiextensionsV1Api
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
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
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
  definitions = cluster.config.makeApiClient(ApiextensionsV1Api)
  namespace = await createNamespace(cluster.config)
  await definitions.createCustomResourceDefinition({ body: definition })
  await eventually('the definition', async () => {
    const { name = '' } = definition.metadata ?? {}
    const { status } = await definitions.readCustomResourceDefinition({ name })
    return status?.conditions?.some((item) => item.type === 'Established' && item.status === 'True')
  })
  await eventually('the kind to be served', async () =>
    objects.listNamespacedCustomObject({ group, version, namespace, plural }),
  )
}, 30_000)
afterAll(async () => {
  const { name = '' } = definition.metadata ?? {}
  await codeOf(definitions.deleteCustomResourceDefinition({ name }))
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
    const status = { conditions: [{ type: 'Ready', status: 'True' }] }
    await objects.patchNamespacedCustomObjectStatus({ ...at(name), body: { status } }, merge)
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const { Accept, table } = await readTable(
      `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`,
      accept,
    )
    expect(Accept).toBe(accept)
    expect(table.columnDefinitions.map((column) => column.name)).toEqual(['Name', 'Sails', 'Ready'])
    expect(table.rows[0]?.cells).toEqual([name, 3, 'True'])
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

interface Review {
  request: {
    uid: string
    name: string
    operation: string
    subResource?: string
    userInfo: { username: string }
    kind: { kind: string }
    object: { spec?: Record<string, unknown> } | null
    oldObject: unknown
  }
}

// A real cluster would have to reach this machine: the webhook cases run on the stand-in only.
describe.skipIf(Boolean(process.env.KUBECONFIG))('admission webhooks', () => {
  let hook: Server
  let url: string
  let caBundle: string
  let folder: string
  const reviews: Review['request'][] = []
  const configuration = unique('hook')

  const decide = ({ object, operation, subResource }: Review['request']): object => {
    if (operation === 'DELETE') return { allowed: true }
    if (subResource === 'scale' && Number(object?.spec?.replicas) > 5)
      return { allowed: false, status: { message: 'at most five' } }
    if (object?.spec?.colour === 'red')
      return { allowed: false, status: { code: 403, message: 'no red boats' } }
    return { allowed: true, warnings: ['mind the tide'] }
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hook-'))
    const authority = await openAuthority(folder)
    const { key, certificate } = await serverCertificate(authority, '127.0.0.1')
    caBundle = Buffer.from(authority.certificate).toString('base64')
    const port = await freePort()
    url = `https://127.0.0.1:${port}/validate`
    hook = createServer({ key, cert: certificate }, async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString()) as Review
      reviews.push(asked)
      const mutate = request.url === '/mutate' && asked.operation === 'CREATE'
      const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/spec/cargo', value: { loaded: true } }]))
      const mutation = { allowed: true, patchType: 'JSONPatch', patch: patch.toString('base64') }
      const answer = { uid: asked.uid, ...(mutate ? mutation : decide(asked)) }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }),
      )
    })
    await new Promise<void>((resolve) => hook.listen(port, '127.0.0.1', resolve))
  })
  afterAll(() => {
    hook.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const install = async (more: Partial<V1ValidatingWebhook> = {}): Promise<() => Promise<unknown>> => {
    const api = cluster.config.makeApiClient(AdmissionregistrationV1Api)
    const webhook: V1ValidatingWebhook = {
      name: 'boats.test.berth.dev',
      clientConfig: { url, caBundle },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      timeoutSeconds: 2,
      rules: [
        {
          apiGroups: [group],
          apiVersions: ['*'],
          resources: [plural, `${plural}/scale`],
          operations: ['CREATE', 'UPDATE', 'DELETE'],
        },
      ],
      ...more,
    }
    const body = { metadata: { name: configuration }, webhooks: [webhook] }
    await api.createValidatingWebhookConfiguration({ body })
    return () => api.deleteValidatingWebhookConfiguration({ name: configuration })
  }

  it('allow, deny, and see who asks for what', async () => {
    const remove = await install()
    const name = unique('boat')
    const refused = await statusOf(create(boat(name, { sails: 1, colour: 'red' })))
    expect(refused).toMatchObject({
      code: 403,
      message: 'admission webhook "boats.test.berth.dev" denied the request: no red boats',
    })
    await create(boat(name, { sails: 1 }))
    const review = reviews.at(-1)
    expect(review).toMatchObject({ name, operation: 'CREATE', kind: { kind }, oldObject: null })
    expect(review?.userInfo.username).toBeTruthy()
    const change = (colour: string) =>
      codeOf(objects.patchNamespacedCustomObject({ ...at(name), body: { spec: { colour } } }, merge))
    expect(await change('red')).toBe(403)
    expect(reviews.at(-1)?.oldObject).toMatchObject({ spec: { colour: 'blue' } })
    const scale = (replicas: number) =>
      codeOf(objects.patchNamespacedCustomObjectScale({ ...at(name), body: { spec: { replicas } } }, merge))
    expect(await scale(6)).toBe(403)
    expect(reviews.at(-1)).toMatchObject({ subResource: 'scale', kind: { kind: 'Scale' } })
    expect(await scale(3)).toBe(0)
    await objects.deleteNamespacedCustomObject(at(name))
    expect(reviews.at(-1)).toMatchObject({ operation: 'DELETE', object: null })
    await remove()
  })

  it('that cannot be reached fail closed, or are ignored', async () => {
    const nowhere = { clientConfig: { url: `https://127.0.0.1:${await freePort()}/`, caBundle } }
    const removeFail = await install(nowhere)
    const failed = await statusOf(create(boat(unique('boat'), { sails: 1 })))
    expect(failed).toMatchObject({ code: 500 })
    expect(String(failed.message)).toContain('failed calling webhook "boats.test.berth.dev"')
    await removeFail()
    const removeIgnore = await install({ ...nowhere, failurePolicy: 'Ignore' })
    expect(await codeOf(create(boat(unique('boat'), { sails: 1 })))).toBe(0)
    await removeIgnore()
  })

  it('are chosen by namespace, and may change the object', async () => {
    const remove = await install({ namespaceSelector: { matchLabels: { absent: 'yes' } } })
    expect(await codeOf(create(boat(unique('boat'), { sails: 1, colour: 'red' })))).toBe(0)
    await remove()
    const api = cluster.config.makeApiClient(AdmissionregistrationV1Api)
    const webhook: V1ValidatingWebhook = {
      name: 'cargo.test.berth.dev',
      clientConfig: { url: url.replace('validate', 'mutate'), caBundle },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      rules: [{ apiGroups: [group], apiVersions: ['v1'], resources: [plural], operations: ['CREATE'] }],
    }
    await api.createMutatingWebhookConfiguration({
      body: { metadata: { name: configuration }, webhooks: [webhook] },
    })
    const made = await create(boat(unique('boat'), { sails: 1 }))
    expect(made.spec?.cargo).toEqual({ loaded: true })
    await api.deleteMutatingWebhookConfiguration({ name: configuration })
  })
})
