import type { ModelServe } from '@berth/schema/generated/modelserve.ts'
import { labels as names } from '@berth/schema/modelserve.ts'
import type { KubernetesObject, V1EndpointSlice } from '@kubernetes/client-node'

export type ModelServeObject = KubernetesObject & ModelServe

/** A server that the cluster has, and where it answers now. */
export interface Route {
  serverId: string
  tenantId: string
  namespace: string
  /** The server's name. */
  name: string
  modelName: string
  phase: string
  /** Why it is in that phase, where the operator says so. */
  message: string | undefined
  createdAt: Date | undefined
  /** Origins of the pods that are ready, such as `http://10.0.0.7:8000`. */
  endpoints: readonly string[]
}

/** Routes by server id. */
export type RoutingTable = ReadonlyMap<string, Route>

/**
 * Makes the routing table of what the cluster has. An EndpointSlice counts only where the ModelServe is: same namespace,
 * same tenant; a label alone leads nobody's requests elsewhere. Of two resources that claim one id the older one has it.
 */
export function buildRoutes(
  serves: readonly ModelServeObject[],
  slices: readonly V1EndpointSlice[],
): RoutingTable {
  const endpoints = new Map<string, Set<string>>()
  for (const slice of slices) {
    const key = placeOf(slice)
    if (!key) continue
    const known = endpoints.get(key) ?? new Set()
    for (const origin of readyOrigins(slice)) known.add(origin)
    endpoints.set(key, known)
  }
  const routes = new Map<string, Route>()
  for (const serve of serves.toSorted((a, b) => ageOf(a) - ageOf(b))) {
    const key = placeOf(serve)
    const route = routeOf(serve, [...((key && endpoints.get(key)) || [])].sort())
    if (route && !routes.has(route.serverId)) routes.set(route.serverId, route)
  }
  return routes
}

function routeOf({ metadata, spec, status }: ModelServeObject, endpoints: string[]): Route | undefined {
  const { labels = {}, name, namespace, creationTimestamp } = metadata ?? {}
  const tenantId = labels[names.tenant]
  if (!name || !namespace || !tenantId || labels[names.serverId] !== spec.serverId) return undefined
  return {
    serverId: spec.serverId,
    tenantId,
    namespace,
    name,
    modelName: spec.model.name,
    phase: metadata?.deletionTimestamp
      ? 'Deleting'
      : spec.replicas === 0
        ? 'Stopped'
        : (status?.phase ?? 'Pending'),
    message: messageOf(status),
    createdAt: creationTimestamp && new Date(creationTimestamp),
    endpoints,
  }
}

/** The first line at most: what a process printed when it ended does not belong into an API's error. */
function messageOf(status: ModelServe['status']): string | undefined {
  const conditions = status?.conditions ?? []
  const unmet = conditions.find(({ type, status }) => type === 'Available' && status !== 'True')
  const degraded = conditions.find(({ type, status }) => type === 'Degraded' && status === 'True')
  return (degraded ?? unmet)?.message.split('\n')[0]?.slice(0, 300)
}

function placeOf({ metadata }: KubernetesObject): string | undefined {
  const serverId = metadata?.labels?.[names.serverId]
  const tenantId = metadata?.labels?.[names.tenant]
  if (!serverId || !tenantId || !metadata?.namespace) return undefined
  return JSON.stringify([metadata.namespace, tenantId, serverId])
}

function ageOf({ metadata }: KubernetesObject): number {
  const created = metadata?.creationTimestamp
  return created ? new Date(created).getTime() : Number.POSITIVE_INFINITY
}

/** Kubernetes takes an endpoint whose readiness is unknown for ready (EndpointConditions, discovery.k8s.io/v1). */
function readyOrigins(slice: V1EndpointSlice): string[] {
  const port = slice.ports?.find(({ name }) => name === 'http')?.port ?? slice.ports?.[0]?.port
  if (!port || slice.addressType === 'FQDN') return []
  return (slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false && conditions?.terminating !== true)
    .flatMap(({ addresses: [address] }) => {
      if (!address) return []
      return [`http://${slice.addressType === 'IPv6' ? `[${address}]` : address}:${port}`]
    })
}
