import { get } from 'node:http'
import { until } from '@berth/kit/condition'
import {
  AppsV1Api,
  type CoreV1Api,
  DiscoveryV1Api,
  type V1Container,
  type V1Deployment,
  type V1EndpointSlice,
  type V1Pod,
} from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import {
  type Cluster,
  container,
  inNamespace,
  merge,
  podThat,
  scriptPod,
  unique,
  webScript,
} from './cluster-kit.ts'

let cluster: Cluster
let core: CoreV1Api
let apps: AppsV1Api
let namespace: string

inNamespace((given) => {
  ;({ cluster, core, namespace } = given)
  apps = cluster.config.makeApiClient(AppsV1Api)
})

const run = (pod: V1Pod): Promise<V1Pod> => core.createNamespacedPod({ namespace, body: pod })
const podWhere = (name: string, test: (pod: V1Pod) => unknown): Promise<V1Pod> =>
  podThat(core, namespace, name, test)
const conditionOf = (pod: V1Pod, type: string): string | undefined =>
  pod.status?.conditions?.find((condition) => condition.type === type)?.status
const fetchText = (pod: V1Pod, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = get({ host: pod.status?.podIP, port: 8080, path, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve(text))
    })
    call.on('error', reject)
  })
const probe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }

describe('deployments and services', () => {
  it('rolls to ready, rolls over to a new template, and keeps the slice true', async () => {
    const name = unique('web')
    const labels = { app: name }
    const web: V1Container = {
      ...scriptPod(name, webScript).spec?.containers[0],
      name: 'main',
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: probe,
    }
    const body: V1Deployment = {
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { terminationGracePeriodSeconds: 2, containers: [web] },
        },
      },
    }
    await apps.createNamespacedDeployment({ namespace, body })
    const ports = [{ port: 80, targetPort: 'http' }]
    const service = { metadata: { name, labels: { team: 'x' } }, spec: { selector: labels, ports } }
    await core.createNamespacedService({ namespace, body: service })
    const settled = (revision: string) =>
      until('the rollout is over', async () => {
        const found = await apps.readNamespacedDeployment({ name, namespace })
        const { status, metadata } = found
        const done =
          status?.observedGeneration === metadata?.generation &&
          status?.updatedReplicas === 2 &&
          status.availableReplicas === 2 &&
          status.replicas === 2 &&
          metadata?.annotations?.['deployment.kubernetes.io/revision'] === revision
        return done ? found : undefined
      })
    const first = await settled('1')
    expect(
      first.status?.conditions?.map((condition) => `${condition.type}=${condition.status}`).sort(),
    ).toEqual(['Available=True', 'Progressing=True'])
    const slices = cluster.config.makeApiClient(DiscoveryV1Api)
    const labelSelector = `kubernetes.io/service-name=${name}`
    const ready = (slice: V1EndpointSlice | undefined): string[] =>
      (slice?.endpoints ?? []).filter((item) => item.conditions?.ready).flatMap((item) => item.addresses)
    const slice = await until('there are two endpoints', async () => {
      const list = await slices.listNamespacedEndpointSlice({ namespace, labelSelector })
      return ready(list.items[0]).length === 2 ? list.items[0] : undefined
    })
    expect(slice.metadata?.labels).toMatchObject({ team: 'x' })
    expect(slice.ports?.[0]?.port).toBe(8080)
    expect(new Set(ready(slice)).size).toBe(2)

    const template = { metadata: { annotations: { again: 'yes' } } }
    await apps.patchNamespacedDeployment({ name, namespace, body: { spec: { template } } }, merge)
    await settled('2')
    const sets = await apps.listNamespacedReplicaSet({ namespace, labelSelector: `app=${name}` })
    expect(sets.items.map((set) => set.spec?.replicas).sort()).toEqual([0, 2])
    await apps.patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas: 0 } } }, merge)
    await until('there is no endpoint', async () => {
      const list = await slices.listNamespacedEndpointSlice({ namespace, labelSelector })
      return (list.items[0]?.endpoints ?? []).length === 0
    })
    await apps.deleteNamespacedDeployment({ name, namespace })
    await until('its ReplicaSets are gone', async () => {
      const left = await apps.listNamespacedReplicaSet({ namespace, labelSelector: `app=${name}` })
      return left.items.length === 0
    })
  })

  it('turns a pod off and on by its readiness', async () => {
    const name = unique('flip')
    await run(scriptPod(name, webScript, container({ readinessProbe: probe })))
    const pod = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    await fetchText(pod, '/off')
    await podWhere(name, (found) => conditionOf(found, 'Ready') === 'False')
    await fetchText(pod, '/on')
    const again = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    expect(again.status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })

  it('restarts what its liveness probe finds dead', async () => {
    const name = unique('live')
    await run(
      scriptPod(
        name,
        webScript,
        container({ startupProbe: { ...probe, failureThreshold: 30 }, livenessProbe: probe }),
      ),
    )
    const pod = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    await fetchText(pod, '/off')
    await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.restartCount === 1)
  })
})
