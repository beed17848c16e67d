import { labels } from '@berth/schema/modelserve.ts'
import type { V1Deployment } from '@kubernetes/client-node'
import {
  type Condition,
  isDeleting,
  type ModelServeResource,
  type ModelServeStatus,
  type Observed,
} from './resource.ts'
import { isReady, podStatusOf, type Trouble, troubleOf } from './trouble.ts'

/** What keeps the operator itself from its work on a ModelServe, such as a token that cannot be had. */
export interface Obstacle {
  reason: string
  message: string
  /** It will not pass without a change. */
  lasting?: boolean
}

/** The reason of the obstacle that is a contract which does not cover the resource. */
export const contractRefused = 'ContractRefused'

/** What the pods amount to; the phase and the conditions follow from it. */
export interface Situation {
  wanted: number
  /** Pods that are not on their way out. */
  present: number
  ready: number
  trouble?: Trouble
  /** Whether the Deployment has yet to bring its pods to the latest template. */
  rolling: boolean
}

export function assess(resource: ModelServeResource, observed: Observed, obstacle?: Obstacle): Situation {
  const staying = observed.pods.filter((pod) => !isDeleting(pod))
  const troubles = staying.flatMap((pod) => troubleOf(pod) ?? [])
  const own = obstacle && { lasting: false, ...obstacle }
  return {
    wanted: resource.spec.replicas,
    present: staying.length,
    ready: staying.filter(isReady).length,
    trouble:
      troubles.find(({ lasting }) => lasting) ?? deploymentTrouble(observed.deployment) ?? troubles[0] ?? own,
    rolling: isRolling(observed.deployment),
  }
}

export function phaseOf({
  wanted,
  present,
  ready,
  trouble,
}: Situation): NonNullable<ModelServeStatus['phase']> {
  if (wanted === 0) return 'Pending'
  if (ready >= wanted) return 'Ready'
  if (ready > 0) return 'Degraded'
  if (trouble?.lasting) return 'Failed'
  return present === 0 ? 'Pending' : 'Starting'
}

/** One sentence for people: why it is as it is. Undefined when there is nothing to explain. */
export function explain({ wanted, ready, trouble }: Situation): string | undefined {
  if (wanted === 0) return 'Scaled to zero.'
  if (ready >= wanted) return undefined
  if (trouble) return `${trouble.reason}: ${trouble.message}`
  return ready > 0 ? `${ready} of ${wanted} replicas are ready.` : undefined
}

/** The whole status of a ModelServe. Pure; a condition that says what it said before keeps its time. */
export function statusFor(
  resource: ModelServeResource,
  observed: Observed,
  now: Date,
  obstacle?: Obstacle,
): ModelServeStatus {
  const situation = assess(resource, observed, obstacle)
  const observedGeneration = resource.metadata.generation ?? 0
  const conditions = conditionsOf(situation).map((condition): Condition => {
    const before = resource.status?.conditions?.find(({ type }) => type === condition.type)
    const lastTransitionTime =
      before?.status === condition.status
        ? before.lastTransitionTime
        : now.toISOString().replace(/\.\d+Z$/, 'Z')
    return { ...condition, observedGeneration, lastTransitionTime }
  })
  return {
    observedGeneration,
    phase: phaseOf(situation),
    replicas: situation.present,
    readyReplicas: situation.ready,
    selector: `${labels.serverId}=${resource.spec.serverId}`,
    conditions,
    pods: observed.pods.map(podStatusOf).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

type Claim = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

function conditionsOf(situation: Situation): Claim[] {
  return [available(situation), progressing(situation), degraded(situation)]
}

function available({ wanted, ready }: Situation): Claim {
  const type = 'Available'
  if (wanted === 0) return { type, status: 'False', reason: 'ScaledToZero', message: 'No replica is wanted.' }
  if (ready > 0)
    return { type, status: 'True', reason: 'PodsReady', message: `${ready} of ${wanted} replicas are ready.` }
  return { type, status: 'False', reason: 'NoPodReady', message: 'No replica is ready.' }
}

function progressing(situation: Situation): Claim {
  const { wanted, ready, present, trouble, rolling } = situation
  const type = 'Progressing'
  if (ready >= wanted && present <= wanted && !rolling) {
    return { type, status: 'False', reason: 'Complete', message: 'All replicas are as wanted.' }
  }
  if (trouble?.lasting) return { type, status: 'False', reason: 'Stalled', message: sentence(trouble) }
  const reason = rolling && ready > 0 ? 'RollingOut' : present === wanted ? 'Starting' : 'Scaling'
  return {
    type,
    status: 'True',
    reason,
    message: `${ready} of ${wanted} replicas are ready, ${present} exist.`,
  }
}

function degraded({ wanted, ready, trouble }: Situation): Claim {
  const type = 'Degraded'
  if (trouble) return { type, status: 'True', reason: trouble.reason, message: sentence(trouble) }
  if (ready > 0 && ready < wanted) {
    return {
      type,
      status: 'True',
      reason: 'FewerReady',
      message: `${ready} of ${wanted} replicas are ready.`,
    }
  }
  return { type, status: 'False', reason: 'AsExpected', message: 'Nothing is wrong.' }
}

const sentence = ({ reason, message }: Trouble) => `${reason}: ${message}`

/** What only the Deployment knows: pods that could not even be made, for a quota or a policy; a deadline passed. */
function deploymentTrouble(deployment: V1Deployment | undefined): Trouble | undefined {
  for (const { type, status, reason, message } of deployment?.status?.conditions ?? []) {
    const failing = type === 'ReplicaFailure' ? status === 'True' : reason === 'ProgressDeadlineExceeded'
    if (failing)
      return {
        reason: reason ?? type,
        message: message ?? 'The Deployment makes no progress.',
        lasting: true,
      }
  }
  return undefined
}

function isRolling(deployment: V1Deployment | undefined): boolean {
  if (!deployment) return true
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0 } = deployment.status ?? {}
  return observedGeneration < (deployment.metadata?.generation ?? 0) || updatedReplicas < replicas
}
