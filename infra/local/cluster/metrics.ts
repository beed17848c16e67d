import type { Encoding } from './encoding.ts'
import { notFound } from './errors.ts'
import type { Kubelet } from './kubelet/kubelet.ts'
import { selectsOf } from './lists.ts'
import { type Fields, type KubeObject, type Pod, timestamp } from './objects.ts'
import { kindOf, nodes, pods, type Resource } from './resources.ts'
import type { Store } from './store.ts'

/** metrics.k8s.io/v1beta1: CPU in nanocores, memory in Ki. */
export interface Metrics {
  serve(
    resource: Resource,
    namespace: string | undefined,
    name: string | undefined,
    query: URLSearchParams,
    encoding: Encoding,
  ): Fields
}

const usageText = (cores: number, bytes: number): Fields => ({
  cpu: `${Math.round(cores * 1e9)}n`,
  memory: `${Math.round(bytes / 1024)}Ki`,
})

export function createMetrics(store: Store, usage: Kubelet['usage']): Metrics {
  const base = (of: KubeObject, at: Date, windowSeconds: number): Fields => ({
    metadata: {
      name: of.metadata.name,
      ...(of.metadata.namespace ? { namespace: of.metadata.namespace } : {}),
      creationTimestamp: timestamp(),
      ...(of.metadata.labels ? { labels: of.metadata.labels } : {}),
    },
    timestamp: timestamp(at),
    window: `${windowSeconds.toFixed(3)}s`,
  })
  const ofPod = (pod: Pod): KubeObject | undefined => {
    const containers = usage(pod.metadata.uid)
    const first = containers[0]?.usage
    if (!first) return undefined
    const told = containers.map(({ name, usage: used }) => ({
      name,
      usage: usageText(used.cores, used.bytes),
    }))
    const head = base(pod, first.at, first.windowSeconds)
    return {
      kind: 'PodMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      ...head,
      containers: told,
    } as unknown as KubeObject
  }
  const ofNode = (node: KubeObject): KubeObject => {
    const all = (store.list(kindOf(pods)) as Pod[]).flatMap((pod) => usage(pod.metadata.uid))
    const cores = all.reduce((sum, item) => sum + item.usage.cores, 0)
    const bytes = all.reduce((sum, item) => sum + item.usage.bytes, 0)
    const head = base(node, new Date(), 2)
    return {
      kind: 'NodeMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      ...head,
      usage: usageText(cores, bytes),
    } as unknown as KubeObject
  }
  return {
    serve(resource, namespace, name, query, encoding) {
      const podsWanted = resource.kind === 'PodMetrics'
      const source = store.list(kindOf(podsWanted ? pods : nodes), namespace)
      const all = source.flatMap((object) => (podsWanted ? ofPod(object as Pod) : ofNode(object)) ?? [])
      if (name === undefined) return encoding.many(resource, all.filter(selectsOf(query)), {})
      const found = all.find((object) => object.metadata.name === name)
      if (!found) throw notFound(resource, namespace ? `${namespace}/${name}` : name)
      return encoding.one(resource, found)
    },
  }
}
