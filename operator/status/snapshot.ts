import type { V1Pod } from '@kubernetes/client-node'
import { childNames, isDeleting, type ModelServeResource, type Observed } from '../modelserve/resource.ts'
import { assess, contractRefused, explain, type Obstacle, phaseOf } from '../modelserve/status.ts'
import { podStatusOf } from '../modelserve/trouble.ts'
import type { Activity } from './activity.ts'
import type { Usage } from './usage.ts'

export interface PodReport {
  name: string
  ready: boolean
  restarts: number
  phase: string
  node?: string
  message?: string
  memoryBytes?: number
  cpuCores?: number
  requestsPerMinute?: number
  tokensPerSecond?: number
  queueLength?: number
  sequencesBusy?: number
}

/** What the servers service is told about one server: the whole of its latest state. */
export interface ServerReport {
  serverId: string
  namespace: string
  name: string
  /** The spec that was dealt with last. A newer one was not held against its contract yet. */
  observedGeneration: number
  phase: string
  message?: string
  specReplicas: number
  replicas: number
  readyReplicas: number
  deployment: string
  service: string
  pods: PodReport[]
  deleting: boolean
  /** Its contract does not cover it as it is: it was changed, or the keys or the issuer were. */
  refused: boolean
}

/** Pure; usage is by `namespace/pod`. */
export function reportOf(
  resource: ModelServeResource,
  observed: Observed,
  usage: (pod: V1Pod) => Partial<Usage & Activity> | undefined,
  obstacle?: Obstacle,
): ServerReport {
  const situation = assess(resource, observed, obstacle)
  const names = childNames(resource)
  return {
    serverId: resource.spec.serverId,
    namespace: resource.metadata.namespace,
    name: resource.metadata.name,
    observedGeneration: resource.status?.observedGeneration ?? 0,
    phase: phaseOf(situation),
    message: explain(situation),
    specReplicas: situation.wanted,
    replicas: situation.present,
    readyReplicas: situation.ready,
    deployment: names.deployment,
    service: names.service,
    pods: observed.pods
      .map(
        (pod): PodReport => ({
          ...podStatusOf(pod),
          phase: podStatusOf(pod).phase ?? 'Pending',
          ...usage(pod),
        }),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    deleting: isDeleting(resource),
    refused: obstacle?.reason === contractRefused,
  }
}
