import type { Deployment, ReplicaSet } from './objects.ts'

/** How far a rolling update may go over and under the wanted replicas. */
export function limitsOf(deployment: Deployment): { surge: number; unavailable: number } {
  const { replicas, strategy } = deployment.spec
  const amount = (value: number | string | undefined, round: (n: number) => number): number => {
    if (typeof value === 'number') return value
    const percent = /^(\d+)%$/.exec(value ?? '')?.[1]
    return percent ? round((Number(percent) * replicas) / 100) : Number(value ?? 0)
  }
  const surge = amount(strategy?.rollingUpdate?.maxSurge ?? '25%', Math.ceil)
  const unavailable = amount(strategy?.rollingUpdate?.maxUnavailable ?? '25%', Math.floor)
  // Both at zero could never make progress (as the deployment controller resolves "fenceposts").
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

const wanted = (sets: ReplicaSet[]): number => sets.reduce((sum, set) => sum + set.spec.replicas, 0)
const existing = (sets: ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + (set.status?.replicas ?? 0), 0)

/** The next step of a rolling update: replicas per ReplicaSet name, only where they change. */
export function planRollout(
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
): Map<string, number> {
  const { replicas } = deployment.spec
  const steps = new Map<string, number>()
  const active = old.filter((set) => set.spec.replicas > 0)
  const { surge, unavailable } = limitsOf(deployment)
  const all = [current, ...active]
  if (current.spec.replicas > replicas) steps.set(current.metadata.name, replicas)
  else if (current.spec.replicas < replicas) {
    const room = Math.max(0, replicas + surge - wanted(all))
    const next = current.spec.replicas + Math.min(room, replicas - current.spec.replicas)
    if (next !== current.spec.replicas) steps.set(current.metadata.name, next)
  }

  const minimum = replicas - unavailable
  // A status may be older than the step before it: what was told to go does not count as available.
  const available = (set: ReplicaSet): number =>
    Math.min(set.status?.availableReplicas ?? 0, set.spec.replicas)
  let most = wanted(all) - minimum - (current.spec.replicas - available(current))
  if (most <= 0) return steps
  const left = new Map(active.map((set) => [set, set.spec.replicas]))
  // Old pods that never became available serve nobody: they go first, without counting against availability.
  for (const set of active) {
    const drop = Math.min(most, set.spec.replicas - available(set))
    left.set(set, set.spec.replicas - drop)
    most -= drop
  }
  let spare = all.reduce((sum, set) => sum + available(set), 0) - minimum
  for (const [set, count] of left) {
    const drop = Math.min(count, Math.max(0, spare))
    left.set(set, count - drop)
    spare -= drop
  }
  for (const [set, count] of left) if (count !== set.spec.replicas) steps.set(set.metadata.name, count)
  return steps
}

/** Numbers of `status`, from all the ReplicaSets of a deployment. */
export function countsOf(deployment: Deployment, current: ReplicaSet, old: ReplicaSet[]) {
  const all = [current, ...old]
  const sum = (field: 'readyReplicas' | 'availableReplicas'): number =>
    all.reduce((total, set) => total + (set.status?.[field] ?? 0), 0)
  const replicas = existing(all)
  const availableReplicas = sum('availableReplicas')
  return {
    replicas,
    updatedReplicas: existing([current]),
    readyReplicas: sum('readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, Math.max(wanted(all), deployment.spec.replicas) - availableReplicas),
  }
}
