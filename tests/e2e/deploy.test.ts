import { until } from '@berth/kit/condition'
import { ask, field, subscribe } from '@berth/kit/graph'
import { registerSized } from '@berth/kit/models'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { AppsV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
const config = new KubeConfig()
config.loadFromFile(inject('kubeconfig'))
let ann: Person
let namespace: string

beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
  namespace = `berth-${ann.username}`
  // The start has no time to wait for a look at the storyteller's header.
  const source = { uri: 's3://upstream/storyteller/storyteller.gguf' }
  await registerSized(berth, ann.token, { name: 'looked-at', source })
})

interface Plan {
  allowed: boolean
  reasons: { code: string; message: string }[]
  token: string | null
  memory: { modelBytes: number; contextBytes: number; totalBytes: number } | null
  quota: { resource: string; used: number; after: number; limit: number }[]
}

function plan(input: Record<string, unknown>, token = ann.token): Promise<Plan> {
  return field(
    berth,
    `query ($input: PlanServerInput!) { planServer(input: $input) {
      allowed reasons { code message } token expiresAt retrievalNeeded
      memory { modelBytes contextBytes totalBytes } quota { resource used limit after } } }`,
    { input },
    token,
  )
}

test('a plan tells the memory and the quota before and after', async () => {
  const offer = await plan({ name: 'first', model: 'looked-at', replicas: 2 })
  expect(offer).toMatchObject({ allowed: true, reasons: [] })
  const { modelBytes, contextBytes, totalBytes } = offer.memory ?? {
    modelBytes: 0,
    contextBytes: 0,
    totalBytes: 0,
  }
  expect(modelBytes).toBeGreaterThan(1_000_000)
  expect(totalBytes).toBe(modelBytes + contextBytes)
  expect(offer.quota.find(({ resource }) => resource === 'REPLICAS')).toMatchObject({ used: 0, after: 2 })
})

test.each([
  [{ name: 'Not A Label', model: 'storyteller' }, 'INVALID_INPUT'],
  [{ name: 'x', model: 'no-such-model' }, 'MODEL_NOT_FOUND'],
  [{ name: 'x', model: 'storyteller', replicas: 90 }, 'QUOTA_REPLICAS'],
  [{ name: 'x', model: 'storyteller', runtime: { threads: 200 } }, 'QUOTA_CPU'],
  [{ name: 'x', model: 'looked-at', runtime: { contextSize: 1_000_000 } }, 'CONTEXT_TOO_LONG'],
])('the contract refuses %j: %s', async (input, code) => {
  const offer = await plan(input)
  expect(offer).toMatchObject({ allowed: false, token: null })
  expect(offer.reasons.map((reason) => reason.code)).toContain(code)
})

test('an accepted plan becomes a server, live from the first moment to READY', async () => {
  const offer = await plan({ name: 'teller', model: 'storyteller' })
  const server = await deploy(berth, ann.token, { plan: offer.token })
  const live = subscribe<{ type: string; server: { status: string; model: { name: string } | null } | null }>(
    berth,
    ann.token,
    `subscription ($id: ID!) { serverChanged(id: $id) { cursor type server {
      status message readyReplicas usage { memoryBytes } model { id name } modelVersion { tag status } } } }`,
    { id: server.id },
  )
  await until(
    'the subscription says READY',
    () => live.events.find((event) => event.server?.status === 'READY'),
    120_000,
  )
  expect(live.errors).toEqual([])
  expect(live.events[0]?.type).toBe('SNAPSHOT')
  expect(live.events.every((event) => event.server?.model?.name === 'storyteller')).toBe(true)
  await live.close()
  const ready = await readServer(berth, ann.token, server.id)
  expect(ready).toMatchObject({
    status: 'READY',
    url: `${berth}/${server.id}/v1`,
    readyReplicas: 1,
    kubernetes: { namespace, deployment: 'teller', service: 'teller' },
  })
})

test('the first deployment really brought the model into the store, by every step', async () => {
  const model = await field(
    berth,
    '{ model(name: "storyteller") { latest { status file { path sha256 } retrieval { status steps { name status } } } } }',
    {},
    ann.token,
  )
  expect(model).toMatchObject({ latest: { status: 'READY', retrieval: { status: 'SUCCEEDED' } } })
})

test('memory and CPU of the pods arrive, now and at most', async () => {
  const { id } = (await servers()).find(({ name }) => name === 'teller') ?? { id: '' }
  const measured = await until('the usage is known', async () => {
    const server = await readServer(berth, ann.token, id)
    return server?.usage.memoryBytes && server.usage.cpuCores !== null ? server.usage : undefined
  })
  expect(measured.maxMemoryBytes).toBeGreaterThanOrEqual(measured.memoryBytes ?? 0)
})

test('the cluster has a ModelServe, a Deployment, a Service and pods, owned by one another', async () => {
  const resource = await config.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
    group: 'berth.dev',
    version: 'v1alpha1',
    plural: 'modelserves',
    namespace,
    name: 'teller',
  })
  expect(resource).toMatchObject({
    spec: { replicas: 1, model: { name: 'storyteller' } },
    status: {
      phase: 'Ready',
      readyReplicas: 1,
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Available', status: 'True' })]),
    },
  })
  const deployment = await config
    .makeApiClient(AppsV1Api)
    .readNamespacedDeployment({ namespace, name: 'teller' })
  expect(deployment.metadata?.ownerReferences?.[0]).toMatchObject({ kind: 'ModelServe', name: 'teller' })
  expect(deployment.spec?.template.spec?.initContainers?.[0]?.name).toBe('fetch')
})

test('a name is taken within the tenant, and free in another', async () => {
  expect((await plan({ name: 'teller', model: 'storyteller' })).reasons[0]?.code).toBe('NAME_TAKEN')
  const bob = await newPerson(berth, 'bob')
  expect((await plan({ name: 'teller', model: 'storyteller' }, bob.token)).allowed).toBe(true)
})

test('a plan is good for its own tenant only, and for one deployment', async () => {
  const bob = await newPerson(berth, 'bob')
  const offer = await plan({ name: 'mine', model: 'storyteller' })
  const attempt = (token: string, who: string) =>
    field<{ __typename: string }>(
      berth,
      'mutation ($input: DeployServerInput!) { deployServer(input: $input) { __typename } }',
      { input: { plan: token } },
      who,
    )
  expect(await attempt(offer.token ?? '', bob.token)).toMatchObject({ __typename: 'PlanRejected' })
  expect(await attempt(`${offer.token}x`, ann.token)).toMatchObject({ __typename: 'PlanRejected' })
})

test("nobody sees or touches another tenant's server", async () => {
  const bob = await newPerson(berth, 'bob')
  const { id } = (await servers()).find(({ name }) => name === 'teller') ?? { id: '' }
  expect(await readServer(berth, bob.token, id)).toBeNull()
  for (const mutation of ['stopServer', 'deleteServer']) {
    const answer = await field(
      berth,
      `mutation ($id: ID!) { ${mutation}(id: $id) { __typename } }`,
      { id },
      bob.token,
    )
    expect(answer).toMatchObject({ __typename: 'ServerNotFound' })
  }
  const live = subscribe(berth, bob.token, 'subscription ($id: ID!) { serverChanged(id: $id) { cursor } }', {
    id,
  })
  await until('the subscription is refused', () => live.errors.length > 0)
  expect(live.events).toEqual([])
  await live.close()
})

test('scales up and down, stops, and starts again', async () => {
  const { id } = await deploy(berth, ann.token, { name: 'wide', model: 'storyteller' })
  await untilStatus(berth, ann.token, id, 'READY')
  const act = (mutation: string) =>
    field<{ __typename: string }>(
      berth,
      `mutation ($id: ID!) { ${mutation} { __typename } }`,
      { id },
      ann.token,
    )
  expect(await act('scaleServer(id: $id, replicas: 2)')).toMatchObject({ __typename: 'ScaleServerSuccess' })
  await until(
    'both replicas are ready',
    async () => (await readServer(berth, ann.token, id))?.readyReplicas === 2,
    120_000,
  )
  expect(await act('scaleServer(id: $id, replicas: 99)')).toMatchObject({ __typename: 'ContractViolation' })
  expect(await act('scaleServer(id: $id, replicas: 1)')).toMatchObject({ __typename: 'ScaleServerSuccess' })
  await until(
    'one replica is left',
    async () => (await readServer(berth, ann.token, id))?.kubernetes.pods.length === 1,
  )
  await act('stopServer(id: $id)')
  await untilStatus(berth, ann.token, id, 'STOPPED')
  await act('startServer(id: $id)')
  await untilStatus(berth, ann.token, id, 'READY')
})

test('deleting a server removes everything that was made for it', async () => {
  const { id } = (await servers()).find(({ name }) => name === 'wide') ?? { id: '' }
  await ask(berth, 'mutation ($id: ID!) { deleteServer(id: $id) { __typename } }', { id }, ann.token)
  await until('the record is gone', async () => (await readServer(berth, ann.token, id)) === null)
  const labelSelector = `berth.dev/server-id=${id}`
  const core = config.makeApiClient(CoreV1Api)
  const apps = config.makeApiClient(AppsV1Api)
  await until('the cluster has nothing of it', async () => {
    const found = await Promise.all([
      apps.listNamespacedDeployment({ namespace, labelSelector }),
      core.listNamespacedService({ namespace, labelSelector }),
      core.listNamespacedSecret({ namespace, labelSelector }),
      core.listNamespacedPod({ namespace, labelSelector }),
    ])
    return found.every(({ items }) => items.length === 0)
  })
})

async function servers(): Promise<{ id: string; name: string }[]> {
  const { edges } = await field<{ edges: { node: { id: string; name: string } }[] }>(
    berth,
    '{ servers(first: 100) { edges { node { id name } } } }',
    {},
    ann.token,
  )
  return edges.map(({ node }) => node)
}
