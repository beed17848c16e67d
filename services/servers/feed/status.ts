import type { ServerStatus } from '@berth/schema/generated/servers.ts'
import type { DesiredState, ObservedResource, PodState } from '../records/server.ts'

/** What a server's status follows from, once it was applied. */
export interface StatusSubject {
  desired: DesiredState
  replicas: number
  readyReplicas: number
  /** Null while the operator has not reported the resource. */
  observed: ObservedResource | null
  pods: readonly PodState[]
}

export interface DerivedStatus {
  status: ServerStatus
  message: string | null
}

/** The status that a caller sees, from what is wanted and what the cluster has. */
export function deriveStatus(subject: StatusSubject): DerivedStatus {
  const { desired, replicas, readyReplicas, observed } = subject
  if (desired === 'DELETED') return { status: 'DELETING', message: null }
  if (desired === 'STOPPED') {
    return { status: 'STOPPED', message: observed ? 'Its pods are being taken away.' : null }
  }
  if (!observed) return { status: 'STARTING', message: null }
  if (observed.deleting) {
    return {
      status: readyReplicas > 0 ? 'DEGRADED' : 'STARTING',
      message: 'The ModelServe resource is being deleted outside Berth.',
    }
  }
  if (replicas === 0) return { status: 'READY', message: 'Scaled to 0: no pod runs. Scale it up to use it.' }
  if (readyReplicas >= replicas) return { status: 'READY', message: null }
  const trouble = troubleOf(subject)
  if (readyReplicas > 0) {
    const counted = `${readyReplicas} of ${replicas} replicas are ready.`
    // The operator may have counted already.
    const told = trouble?.startsWith(counted) ? trouble : `${counted} ${trouble ?? ''}`.trim()
    return { status: 'DEGRADED', message: told }
  }
  if (observed.phase === 'Failed') return { status: 'FAILED', message: trouble ?? 'No pod can start.' }
  return { status: 'STARTING', message: trouble }
}

/** Why it is not ready: what a pod says for itself, else what the operator says. */
function troubleOf({ pods, observed, replicas }: StatusSubject): string | null {
  const pod = pods.find(({ ready, message }) => !ready && message)
  if (pod) return `Pod ${pod.name}: ${pod.phase}: ${pod.message}`
  // What it said of another number of replicas is no longer to the point.
  return observed?.specReplicas === replicas ? observed.message : null
}
