import {
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type KubernetesObject,
  type V1ContainerStatus,
  type V1Pod,
} from '@kubernetes/client-node'
import { watchCluster } from './watch.ts'

/** How a server comes up, as the Kubernetes API shows it; ms after a given start. */
export interface RolloutTimes {
  /** The ModelServe is there. */
  applied: number
  podMade: number
  /** The init container runs. */
  fetching: number
  /** The init container has ended well. */
  fetched: number
  running: number
  podReady: number
}

export interface Rollouts {
  /** Resolves when the server's first pod is ready. */
  milestones(serverId: string, start: number): Promise<RolloutTimes>
  stop(): void
}

const kind = { group: 'berth.dev', version: 'v1alpha1', plural: 'modelserves' }

/** Watches the ModelServes and the pods of a namespace, which need not exist yet. */
export async function followRollouts(cluster: KubeConfig, namespace: string): Promise<Rollouts> {
  const core = cluster.makeApiClient(CoreV1Api)
  const custom = cluster.makeApiClient(CustomObjectsApi)
  const pods = await watchCluster<V1Pod>(cluster, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    list: () => core.listNamespacedPod({ namespace }),
  })
  const resources = await watchCluster<KubernetesObject>(cluster, {
    path: `/apis/${kind.group}/${kind.version}/namespaces/${namespace}/${kind.plural}`,
    list: () => custom.listNamespacedCustomObject({ ...kind, namespace }),
  })

  async function milestones(serverId: string, start: number): Promise<RolloutTimes> {
    const isIts = ({ metadata }: KubernetesObject) => metadata?.labels?.['berth.dev/server-id'] === serverId
    const applied = await resources.timeline.first(`${serverId} is applied`, ({ object }) => isIts(object))
    const pod = async (what: string, fits: (pod: V1Pod) => boolean) => {
      const isIt = ({ object }: { object: V1Pod }) => isIts(object) && fits(object)
      return (await pods.timeline.first(`a pod of ${serverId} ${what}`, isIt)).at - start
    }
    return {
      applied: applied.at - start,
      podMade: await pod('is made', () => true),
      fetching: await pod('fetches', ({ status }) => hasBegun(status?.initContainerStatuses?.[0])),
      fetched: await pod('has its model', ({ status }) => hasEndedWell(status?.initContainerStatuses?.[0])),
      running: await pod('runs', ({ status }) => Boolean(status?.containerStatuses?.[0]?.state?.running)),
      podReady: await pod('is ready', isReady),
    }
  }

  return {
    milestones,
    stop() {
      pods.stop()
      resources.stop()
    },
  }
}

const hasBegun = (container: V1ContainerStatus | undefined) =>
  Boolean(container?.state?.running ?? container?.state?.terminated)

const hasEndedWell = (container: V1ContainerStatus | undefined) =>
  container?.state?.terminated?.exitCode === 0

export const isReady = ({ status }: V1Pod) =>
  Boolean(status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'))
