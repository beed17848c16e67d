import type { Encoding } from './encoding.ts'
import { notFound } from './errors.ts'
import type { Usage } from './kubelet/usage.ts'
import { type Fields, type KubeObject, type Meta, type Pod, timestamp } from './objects.ts'
import { kindOf, podMetrics, pods } from './resources.ts'
import { selectsOf } from './selectors.ts'
import type { Store } from './store.ts'

/** metrics.k8s.io/v1beta1 of pods: CPU in nanocores, memory in Ki. */
export interface Metrics {
  serve(
    namespace: string | undefined,
    name: string | undefined,
    query: URLSearchParams,
    encoding: Encoding,
  ): Fields
}

export function createMetrics(
  store: Store,
  usage: (uid: string) => { name: string; usage: Usage }[],
): Metrics {
  const measured = ({ metadata }: Pod): KubeObject[] => {
    const containers = usage(metadata.uid)
    const [first] = containers
    if (!first) return []
    const { name, namespace, labels } = metadata
    const head = { name, namespace, labels, creationTimestamp: timestamp() }
    return [
      {
        kind: 'PodMetrics',
        apiVersion: 'metrics.k8s.io/v1beta1',
        metadata: head as Meta,
        timestamp: timestamp(first.usage.at),
        window: `${first.usage.windowSeconds.toFixed(3)}s`,
        containers: containers.map(({ name: container, usage: { cores, bytes } }) => ({
          name: container,
          usage: { cpu: `${Math.round(cores * 1e9)}n`, memory: `${Math.round(bytes / 1024)}Ki` },
        })),
      },
    ]
  }
  return {
    serve(namespace, name, query, encoding) {
      const all = (store.list(kindOf(pods), namespace) as Pod[]).flatMap(measured)
      if (name === undefined) return encoding.many(podMetrics, all.filter(selectsOf(query)), {})
      const found = all.find((object) => object.metadata.name === name)
      if (!found) throw notFound(podMetrics, `${namespace}/${name}`)
      return encoding.one(podMetrics, found)
    },
  }
}
