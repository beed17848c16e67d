import { get } from 'node:http'
import { until } from '@berth/kit/condition'
import {
  AppsV1Api,
  type CoreV1Api,
  DiscoveryV1Api,
  type V1Container,
  type V1Deployment,
  type V1DeploymentSpec,
  type V1EndpointSlice,
  type V1Pod,
} from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import {
  type Cluster,
  collect,
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
// One that is not answered in a second, the default, says no more than that the machine is busy.
const probe = {
  httpGet: { path: '/ready', port: 8080 },
  periodSeconds: 1,
  failureThreshold: 1,
  timeoutSeconds: 30,
}

/** A Deployment of the web script, told ready by its probe. */
function webDeployment(name: string, more: Partial<V1DeploymentSpec> = {}): V1Deployment {
  const labels = { app: name }
  const web: V1Container = {
    ...scriptPod(name, webScript).spec?.containers[0],
    name: 'main',
    readinessProbe: probe,
  }
  const spec = { terminationGracePeriodSeconds: 2, containers: [web] }
  const selector = { matchLabels: labels }
  return {
    metadata: { name },
    spec: { replicas: 2, selector, template: { metadata: { labels }, spec }, ...more },
  }
}

describe('deployments and services', () => {
  it('rolls to ready, rolls over to a new template, and keeps the slice true', async () => {
    const name = unique('web')
    const labels = { app: name }
    await apps.createNamespacedDeployment({ namespace, body: webDeployment(name) })
    const ports = [{ port: 80, targetPort: 'http' }]
    const service = { metadata: { name, labels: { team: 'x' } }, spec: { selector: labels, ports } }
    await core.createNamespacedService({ namespace, body: service })
    const settled = () =>
      until('the rollout is over', async () => {
        const found = await apps.readNamespacedDeployment({ name, namespace })
        const { status, metadata } = found
        const done =
          status?.observedGeneration === metadata?.generation &&
          status?.updatedReplicas === 2 &&
          status.availableReplicas === 2 &&
          status.replicas === 2
        return done ? found : undefined
      })
    const first = await settled()
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
    await settled()
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

  it('never goes below what is wanted when nothing may be unavailable, and replaces what is deleted', async () => {
    const name = unique('steady')
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
    await apps.createNamespacedDeployment({ namespace, body: webDeployment(name, { strategy }) })
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
    const available = (found: V1Deployment): number => found.status?.availableReplicas ?? 0
    const isDone = ({ metadata, status }: V1Deployment): boolean =>
      status?.observedGeneration === metadata?.generation &&
      status?.updatedReplicas === 2 &&
      status.replicas === 2 &&
      status.availableReplicas === 2
    const read = () => apps.readNamespacedDeployment({ name, namespace })
    await until('it is rolled out', async () => isDone(await read()))
    const { resourceVersion = '' } = (await read()).metadata ?? {}
    const fieldSelector = `metadata.name=${name}`
    const seen = await collect<V1Deployment>(cluster.config, path, { resourceVersion, fieldSelector })
    const template = { metadata: { annotations: { again: 'yes' } } }
    await apps.patchNamespacedDeployment({ name, namespace, body: { spec: { template } } }, merge)
    await until('it is rolled out again', async () => isDone(await read()))
    await until('the end is told', () => seen.events.some(({ object }) => isDone(object)))
    expect(seen.events.length).toBeGreaterThan(2)
    expect(Math.min(...seen.events.map(({ object }) => available(object)))).toBe(2)
    expect(Math.max(...seen.events.map(({ object }) => object.status?.replicas ?? 0))).toBe(3)
    seen.stop()
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
    const victim = items[0]?.metadata?.name ?? ''
    await core.deleteNamespacedPod({ name: victim, namespace })
    await until('another has come in its place', async () => {
      const list = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
      const names = list.items.map(({ metadata }) => metadata?.name)
      return names.length === 2 && !names.includes(victim) && isDone(await read())
    })
  })

  it('says when a rollout has come to nothing', async () => {
    const name = unique('stuck')
    const body = webDeployment(name, { progressDeadlineSeconds: 2 })
    const main = body.spec?.template.spec?.containers[0]
    if (main) main.readinessProbe = { httpGet: { path: '/', port: 1 }, periodSeconds: 1 }
    await apps.createNamespacedDeployment({ namespace, body })
    const progress = await until('it is given up', async () => {
      const { status } = await apps.readNamespacedDeployment({ name, namespace })
      return status?.conditions?.find(({ type, status }) => type === 'Progressing' && status === 'False')
    })
    expect(progress.reason).toBe('ProgressDeadlineExceeded')
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

  it('asks the other probes only once the startup probe has passed', async () => {
    const name = unique('slow')
    const script = webScript.replace('let ready = true', 'let ready = false')
    const startupProbe = { ...probe, failureThreshold: 600 }
    const livenessProbe = { httpGet: { path: '/', port: 1 }, periodSeconds: 1, failureThreshold: 1 }
    await run(scriptPod(name, script, container({ startupProbe, livenessProbe })))
    const pod = await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.state?.running)
    await until('the startup probe has failed', async () => {
      const fieldSelector = `involvedObject.name=${name},reason=Unhealthy`
      const { items } = await core.listNamespacedEvent({ namespace, fieldSelector })
      return items.some(({ message }) => message?.startsWith('Startup probe failed'))
    })
    const held = await core.readNamespacedPod({ name, namespace })
    expect(held.status?.containerStatuses?.[0]).toMatchObject({
      started: false,
      ready: false,
      restartCount: 0,
    })
    await until('it listens, and is told', () => fetchText(pod, '/on'))
    // Now the liveness probe is asked, and finds nobody.
    await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.restartCount === 1)
  })

  it('restarts what its liveness probe finds dead', async () => {
    const name = unique('live')
    await run(
      scriptPod(
        name,
        webScript,
        container({ startupProbe: { ...probe, failureThreshold: 600 }, livenessProbe: probe }),
      ),
    )
    const pod = await podWhere(name, (found) => conditionOf(found, 'Ready') === 'True')
    await fetchText(pod, '/off')
    await podWhere(name, (found) => found.status?.containerStatuses?.[0]?.restartCount === 1)
  })
})
