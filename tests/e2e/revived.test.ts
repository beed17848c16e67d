import { until } from '@berth/kit/condition'
import { ask } from '@berth/kit/graph'
import { newPerson } from '@berth/kit/people'
import { deploy, readServer, untilStatus } from '@berth/kit/servers'
import { ApiException, CustomObjectsApi, KubeConfig, type KubernetesObject } from '@kubernetes/client-node'
import { expect, inject, test } from 'vitest'

const berth = inject('berth')
const config = new KubeConfig()
config.loadFromFile(inject('kubeconfig'))
const api = config.makeApiClient(CustomObjectsApi)

/** A service that dies while its request is under way leaves an apply that comes when nobody expects it any more. */
test('a resource that is applied after its server was deleted is taken away again', async () => {
  const { token, username } = await newPerson(berth)
  const place = {
    group: 'berth.dev',
    version: 'v1alpha1',
    plural: 'modelserves',
    namespace: `berth-${username}`,
  }
  const { id, name } = await deploy(berth, token, { name: 'late', model: 'storyteller' })
  await untilStatus(berth, token, id, 'READY')
  const resource: KubernetesObject & { spec: object } = await api.getNamespacedCustomObject({
    ...place,
    name,
  })
  const { namespace, labels, annotations } = resource.metadata ?? {}
  await ask(berth, 'mutation ($id: ID!) { deleteServer(id: $id) { __typename } }', { id }, token)
  await until('the record is gone', async () => (await readServer(berth, token, id)) === null, 120_000)

  const { apiVersion, kind, spec } = resource
  const late = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec }
  await api.createNamespacedCustomObject({ ...place, body: late })
  const isGone = () =>
    api.getNamespacedCustomObject({ ...place, name }).then(
      () => false,
      (error: unknown) => error instanceof ApiException && error.code === 404,
    )
  await until('the cluster has nothing of it', isGone, 120_000)
  expect(await readServer(berth, token, id)).toBeNull()
})
