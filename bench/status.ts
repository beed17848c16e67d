import {
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
} from '@kubernetes/client-node'
import type { Bench } from './berth.ts'
import { type Change, openLive } from './live.ts'
import { changesOf, matchChanges, type PodState, type Propagation } from './propagation.ts'
import type { Result } from './report.ts'
import { isReady } from './rollout.ts'
import { summarise } from './statistics.ts'
import type { Seen, Timeline } from './timeline.ts'
import { type WatchEvent, watchCluster } from './watch.ts'

/** From a pod's change, as the Kubernetes API tells it, to the subscription event that shows it to a client. */
export async function measureStatus(bench: Bench, wanted: number): Promise<Result> {
  const { cluster, namespace } = bench
  if (!cluster) throw new Error("status needs the cluster's API: give --kubeconfig or KUBECONFIG.")
  const live = await openLive(bench.url, bench.token)
  const core = cluster.makeApiClient(CoreV1Api)
  const watch = await watchCluster<V1Pod>(cluster, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    list: () => core.listNamespacedPod({ namespace }),
  })
  try {
    const server = await bench.deploy()
    const changes = live.follow(server.id)
    const propagation = () =>
      matchChanges(
        changesOf(clusterViews(watch.timeline.seen, server.id)),
        changesOf(clientViews(changes.seen)),
      )
    await untilPods(changes, 1)
    for (let found = 0; found < wanted; found = propagation().lags.length) {
      bench.say(`status: ${found} of ${wanted} changes`)
      for (const replicas of [2, 1]) {
        const since = changes.seen.length
        await scale(cluster, { namespace, name: server.name, replicas })
        await untilPods(changes, replicas, since)
      }
    }
    const end = performance.now()
    await bench.remove(server.id)
    return resultOf(propagation(), end)
  } finally {
    watch.stop()
    await live.close()
  }
}

/** As `kubectl scale` does it, past the gateway. */
function scale(
  cluster: KubeConfig,
  { namespace, name, replicas }: { [k in 'namespace' | 'name']: string } & { replicas: number },
) {
  const kind = { group: 'berth.dev', version: 'v1alpha1', plural: 'modelserves' }
  return cluster
    .makeApiClient(CustomObjectsApi)
    .patchNamespacedCustomObjectScale(
      { ...kind, namespace, name, body: { spec: { replicas } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )
}

function untilPods(changes: Timeline<Change>, count: number, since?: number) {
  return changes.first(
    `${count} pods are there, all ready`,
    ({ server }) => {
      const pods = server?.kubernetes.pods ?? []
      return pods.length === count && pods.every(({ ready }) => ready)
    },
    since,
  )
}

function* clusterViews(seen: readonly Seen<WatchEvent<V1Pod>>[], serverId: string) {
  const pods = new Map<string, PodState>()
  for (const { at, event } of seen) {
    const { name = '', labels } = event.object.metadata ?? {}
    if (labels?.['berth.dev/server-id'] !== serverId) continue
    if (event.type === 'DELETED') pods.delete(name)
    else pods.set(name, isReady(event.object) ? 'ready' : 'not ready')
    yield { at, pods }
  }
}

function* clientViews(seen: readonly Seen<Change>[]) {
  for (const { at, event } of seen) {
    const pods = event.server?.kubernetes.pods ?? []
    yield { at, pods: new Map(pods.map(({ name, ready }) => [name, ready ? 'ready' : 'not ready'] as const)) }
  }
}

function resultOf({ lags, coalesced }: Propagation, end: number): Result {
  const counted = lags.filter(({ at }) => at < end)
  const row = (text: string, of: typeof counted) => {
    if (of.length === 0) return [text, 0, undefined, undefined, undefined]
    const { count, p50, p99, max } = summarise(of.map(({ lag }) => lag))
    return [text, count, p50, p99, max]
  }
  const states: PodState[] = ['not ready', 'ready', 'gone']
  return {
    name: 'status',
    title: "Status propagation: from a pod's change in the cluster to the client's subscription",
    table: {
      columns: ['change', 'count', 'p50 ms', 'p99 ms', 'max ms'],
      rows: [
        row('every change', counted),
        ...states.map((state) =>
          row(
            `pod is ${state}`,
            counted.filter((change) => change.state === state),
          ),
        ),
      ],
    },
    notes: [
      `Overtaken by a later change before the client was told: ${coalesced.filter(({ at }) => at < end).length}.`,
    ],
    samples: counted,
  }
}
