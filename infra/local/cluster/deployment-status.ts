import { type Condition, type Deployment, type ReplicaSet, timestamp } from './objects.ts'
import { countsOf, limitsOf } from './rollout.ts'

/** A condition list with one condition set; its times move only when it changes. */
function withCondition(list: Condition[], next: Condition): Condition[] {
  const now = timestamp()
  const before = list.find((condition) => condition.type === next.type)
  const unchanged =
    before?.status === next.status && before.reason === next.reason && before.message === next.message
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : now
  const told =
    unchanged && before
      ? before
      : { ...next, lastUpdateTime: now, lastTransitionTime: lastTransitionTime ?? now }
  return [...list.filter((condition) => condition.type !== next.type), told]
}

/** Whether a Deployment has as many pods available as its rollout may go down to. */
function available(deployment: Deployment, availableReplicas: number): Condition {
  const enough = availableReplicas >= deployment.spec.replicas - limitsOf(deployment).unavailable
  return {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough
      ? 'Deployment has minimum availability.'
      : 'Deployment does not have minimum availability.',
  }
}

type Counts = ReturnType<typeof countsOf>

/** Whether anything came closer to what is wanted since the status was written last. */
function hasMoved({ metadata, status }: Deployment, counts: Counts): boolean {
  return (
    counts.updatedReplicas > (status?.updatedReplicas ?? 0) ||
    counts.readyReplicas > (status?.readyReplicas ?? 0) ||
    counts.availableReplicas > (status?.availableReplicas ?? 0) ||
    counts.replicas - counts.updatedReplicas < (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0) ||
    status?.observedGeneration !== metadata.generation
  )
}

interface Progress {
  conditions: Condition[]
  /** When the deadline of a rollout that has not come to its end has to be looked at. */
  againAfterMs?: number
}

/** The conditions with that of the rollout's progress, as the deployment controller words it. */
function withProgress(
  conditions: Condition[],
  deployment: Deployment,
  current: ReplicaSet,
  counts: Counts,
): Progress {
  const { replicas, progressDeadlineSeconds = 600 } = deployment.spec
  const type = 'Progressing'
  const set = current.metadata.name
  const before = conditions.find((condition) => condition.type === type)
  const complete = [counts.updatedReplicas, counts.replicas, counts.availableReplicas].every(
    (count) => count === replicas,
  )
  if (complete) {
    const message = `ReplicaSet "${set}" has successfully progressed.`
    const done = { type, status: 'True', reason: 'NewReplicaSetAvailable', message } as const
    return { conditions: withCondition(conditions, done) }
  }
  if (!before || hasMoved(deployment, counts)) {
    const others = conditions.filter((condition) => condition.type !== type)
    const reason = before ? 'ReplicaSetUpdated' : 'NewReplicaSetCreated'
    const message = before ? `ReplicaSet "${set}" is progressing.` : `Created new replica set "${set}"`
    // Its times move even where it says the same: the deadline counts from the last progress.
    return { conditions: [...others, ...withCondition([], { type, status: 'True', reason, message })] }
  }
  if (before.reason === 'NewReplicaSetAvailable') return { conditions }
  const deadline = Date.parse(before.lastUpdateTime ?? timestamp()) + progressDeadlineSeconds * 1000
  if (Date.now() >= deadline) {
    const message = `ReplicaSet "${set}" has timed out progressing.`
    const late = { type, status: 'False', reason: 'ProgressDeadlineExceeded', message } as const
    return { conditions: withCondition(conditions, late) }
  }
  return before.status === 'True' ? { conditions, againAfterMs: deadline - Date.now() + 100 } : { conditions }
}

/** The status of a Deployment from its ReplicaSets, and when to look at it again although nothing changes. */
export function statusOf(
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
): { status: NonNullable<Deployment['status']>; againAfterMs?: number } {
  const counts = countsOf(deployment, current, old)
  const availability = available(deployment, counts.availableReplicas)
  const known = withCondition(deployment.status?.conditions ?? [], availability)
  const { conditions, againAfterMs } = withProgress(known, deployment, current, counts)
  const status = { observedGeneration: deployment.metadata.generation, ...counts, conditions }
  return { status, ...(againAfterMs !== undefined && { againAfterMs }) }
}
