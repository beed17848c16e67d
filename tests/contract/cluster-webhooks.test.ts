import { createServer, type Server } from 'node:https'
import { freePorts } from '@berth/kit/launch'
import { listen } from '@berth/kit/listen'
import {
  AdmissionregistrationV1Api,
  CustomObjectsApi,
  type V1CustomResourceDefinition,
  type V1ValidatingWebhook,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  codeOf,
  createNamespace,
  merge,
  real,
  selfSigned,
  serveKind,
  startCluster,
  statusOf,
  unique,
} from './cluster-kit.ts'

const group = 'test.berth.dev'
const version = 'v1'
const plural = 'boats'
const kind = 'Boat'

const definition: V1CustomResourceDefinition = {
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, kind },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  sails: { type: 'integer' },
                  colour: { type: 'string', _default: 'blue' },
                  replicas: { type: 'integer', _default: 1 },
                  cargo: { type: 'object', x_kubernetes_preserve_unknown_fields: true },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
}

let cluster: Cluster
let objects: CustomObjectsApi
let namespace: string

const boat = (name: string, spec: object) => ({
  apiVersion: `${group}/${version}`,
  kind,
  metadata: { name },
  spec,
})
const create = (body: object): Promise<Record<string, Record<string, unknown>>> =>
  objects.createNamespacedCustomObject({ group, version, namespace, plural, body })
const at = (name: string) => ({ group, version, namespace, plural, name })

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

// On the stand-in only: a real cluster would have to reach this machine.
describe.runIf(!real)('admission webhooks', () => {
  let hook: Server
  let url: string
  let caBundle: string
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
    cluster = await startCluster()
    objects = cluster.config.makeApiClient(CustomObjectsApi)
    namespace = await createNamespace(cluster.config)
    await serveKind(cluster.config, namespace, definition)
    const { key, certificate } = await selfSigned()
    caBundle = Buffer.from(certificate).toString('base64')
    hook = createServer({ key, cert: certificate }, async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString()) as Review
      reviews.push(asked)
      // Never answers: the caller's patience has to end.
      if (request.url === '/hang') return
      const mutate = request.url === '/mutate' && asked.operation === 'CREATE'
      const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/spec/cargo', value: { loaded: true } }]))
      const mutation = { allowed: true, patchType: 'JSONPatch', patch: patch.toString('base64') }
      const answer = { uid: asked.uid, ...(mutate ? mutation : decide(asked)) }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }),
      )
    })
    url = `https://127.0.0.1:${await listen(hook)}/validate`
  })
  afterAll(async () => {
    hook.closeAllConnections()
    hook.close()
    await cluster.stop()
  })

  const install = async (more: Partial<V1ValidatingWebhook> = {}): Promise<() => Promise<unknown>> => {
    const api = cluster.config.makeApiClient(AdmissionregistrationV1Api)
    const webhook: V1ValidatingWebhook = {
      name: 'boats.test.berth.dev',
      clientConfig: { url, caBundle },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      timeoutSeconds: 30,
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
    const nowhere = { clientConfig: { url: `https://127.0.0.1:${await freePorts(1)}/`, caBundle } }
    const removeFail = await install(nowhere)
    const failed = await statusOf(create(boat(unique('boat'), { sails: 1 })))
    expect(failed).toMatchObject({ code: 500 })
    expect(String(failed.message)).toContain('failed calling webhook "boats.test.berth.dev"')
    await removeFail()
    const removeIgnore = await install({ ...nowhere, failurePolicy: 'Ignore' })
    expect(await codeOf(create(boat(unique('boat'), { sails: 1 })))).toBe(0)
    await removeIgnore()
  })

  it('that take too long fail closed, or are ignored', async () => {
    const slow = { clientConfig: { url: url.replace('validate', 'hang'), caBundle }, timeoutSeconds: 1 }
    const removeFail = await install(slow)
    const failed = await statusOf(create(boat(unique('boat'), { sails: 1 })))
    expect(failed).toMatchObject({ code: 500 })
    expect(String(failed.message)).toContain('context deadline exceeded')
    await removeFail()
    const removeIgnore = await install({ ...slow, failurePolicy: 'Ignore' })
    expect(await codeOf(create(boat(unique('boat'), { sails: 1 })))).toBe(0)
    await removeIgnore()
  })

  it('are not asked for a status, which is not in their rules', async () => {
    const remove = await install()
    const name = unique('boat')
    await create(boat(name, { sails: 1 }))
    const before = reviews.length
    const body = { status: { replicas: 1 } }
    await objects.patchNamespacedCustomObjectStatus({ ...at(name), body }, merge)
    expect(reviews.length).toBe(before)
    await remove()
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
      timeoutSeconds: 30,
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
