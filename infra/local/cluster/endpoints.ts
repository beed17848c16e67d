import { internalCaller } from './caller.ts'
import { type Fields, type KubeObject, type Pod, type Service, same } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import { controllerReference, isReady } from './replicasets.ts'
import { endpointSlices, kindOf, pods, services } from './resources.ts'
import { matchesSelector } from './selectors.ts'
import type { Store } from './store.ts'
import { randomSuffix, type Writes } from './writes.ts'

const caller = internalCaller('endpointslice-controller')
const serviceName = 'kubernetes.io/service-name'

/** The container port behind a service port: by number, or by the name that a pod gives it. */
function targetPort(
  pod: Pod | undefined,
  port: NonNullable<Service['spec']['ports']>[number],
): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  const all = pod?.spec.containers.flatMap((container) => container.ports ?? []) ?? []
  return all.find((item) => item.name === target)?.containerPort
}

/** What the one slice of a service says. */
export function planSlice(service: Service, backends: Pod[]): { endpoints: Fields[]; ports: Fields[] } {
  const endpoints = backends.map((pod) => {
    const serving = isReady(pod)
    const terminating = pod.metadata.deletionTimestamp !== undefined
    return {
      addresses: [pod.status?.podIP],
      conditions: {
        ready: serving && !terminating,
        serving,
        terminating,
      },
      nodeName: pod.spec.nodeName,
      targetRef: {
        kind: 'Pod',
        name: pod.metadata.name,
        namespace: pod.metadata.namespace,
        uid: pod.metadata.uid,
      },
    }
  })
  const ports = (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPort(backends[0], port)
    if (number === undefined) return []
    const { protocol = 'TCP', appProtocol } = port
    return [{ name: port.name ?? '', port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }]
  })
  return { endpoints, ports }
}

/** Keeps one EndpointSlice per service with a selector. */
export function runEndpoints(
  store: Store,
  writes: Writes,
  failed: (error: unknown, key: string) => void,
): Queue {
  const kind = kindOf(services)

  const queue = createQueue(async (key) => {
    const [namespace = '', name = ''] = key.split('/')
    const service = store.get(kind, namespace, name) as Service | undefined
    if (!service || service.metadata.deletionTimestamp) return
    const { selector } = service.spec
    if (!selector || Object.keys(selector).length === 0) return
    const backends = (store.list(kindOf(pods), namespace) as Pod[]).filter(
      (pod) =>
        pod.status?.podIP &&
        matchesSelector({ matchLabels: selector }, pod.metadata.labels) &&
        pod.status.phase !== 'Succeeded' &&
        pod.status.phase !== 'Failed',
    )
    const planned = planSlice(service, backends)
    const labels = {
      ...service.metadata.labels,
      [serviceName]: name,
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    }
    const existing = store
      .list(kindOf(endpointSlices), namespace)
      .find((slice) => slice.metadata.labels?.[serviceName] === name && !slice.metadata.deletionTimestamp)
    if (!existing) {
      const metadata = {
        name: `${name}-${randomSuffix()}`,
        labels,
        ownerReferences: [controllerReference(service)],
      }
      await writes.create(endpointSlices, namespace, { metadata, addressType: 'IPv4', ...planned }, caller)
      return
    }
    const unchanged =
      same(existing.endpoints, planned.endpoints) &&
      same(existing.ports, planned.ports) &&
      same(existing.metadata.labels, labels)
    if (unchanged) return
    const change = (current: KubeObject): Fields => ({
      ...current,
      metadata: { ...current.metadata, labels },
      ...planned,
    })
    await writes.update(endpointSlices, { namespace, name: existing.metadata.name }, change, caller)
  }, failed)

  for (const { metadata } of store.list(kind)) queue.add(`${metadata.namespace}/${metadata.name}`)
  store.subscribe((change) => {
    const { namespace, name, labels } = change.object.metadata
    if (change.kind === kind) queue.add(`${namespace}/${name}`)
    else if (change.kind === kindOf(endpointSlices)) {
      if (labels?.[serviceName]) queue.add(`${namespace}/${labels[serviceName]}`)
    } else if (change.kind === kindOf(pods)) {
      const sides = [labels, change.previous?.metadata.labels]
      for (const service of store.list(kind, namespace) as Service[]) {
        const selector = { matchLabels: service.spec.selector ?? {} }
        if (service.spec.selector && sides.some((side) => matchesSelector(selector, side)))
          queue.add(`${namespace}/${service.metadata.name}`)
      }
    }
  })
  return queue
}
