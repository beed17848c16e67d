import { type Informer, startInformer } from '@berth/platform/kube'
import type { Log } from '@berth/platform/log'
import { apiVersion, group, labels, plural, version } from '@berth/schema/modelserve.ts'
import {
  CustomObjectsApi,
  DiscoveryV1Api,
  type KubeConfig,
  type V1EndpointSlice,
} from '@kubernetes/client-node'
import { buildRoutes, type ModelServeObject, type RoutingTable } from './routing.ts'

export interface ClusterRoutes {
  /** The table of what the cluster has now. */
  current(): RoutingTable
  isSynced(): boolean
  /** Calls back after each change, with the new table. @returns how to end that */
  onChange(listener: (table: RoutingTable) => void): () => void
  close(): Promise<void>
}

/** Follows the ModelServes and the EndpointSlices of all namespaces. */
export function followCluster(kubeConfig: KubeConfig, log: Log): ClusterRoutes {
  const listeners = new Set<(table: RoutingTable) => void>()
  let table: RoutingTable = new Map()
  let scheduled = false
  let closed = false

  /** Changes come in bursts; one new table serves all of a burst. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      if (closed) return
      table = buildRoutes(serves.list(), slices.list())
      for (const listener of listeners) listener(table)
    })
  }

  const custom = kubeConfig.makeApiClient(CustomObjectsApi)
  const serves: Informer<ModelServeObject> = startInformer<ModelServeObject>({
    kubeConfig,
    path: `/apis/${apiVersion}/${plural}`,
    list: () => custom.listCustomObjectForAllNamespaces({ group, version, resourcePlural: plural }),
    onChange: schedule,
    log,
  })
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api)
  const slices: Informer<V1EndpointSlice> = startInformer<V1EndpointSlice>({
    kubeConfig,
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    labelSelector: labels.serverId,
    list: () => discovery.listEndpointSliceForAllNamespaces({ labelSelector: labels.serverId }),
    onChange: schedule,
    log,
  })

  return {
    current: () => table,
    isSynced: () => serves.isSynced() && slices.isSynced(),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      await Promise.all([serves.stop(), slices.stop()])
    },
  }
}
