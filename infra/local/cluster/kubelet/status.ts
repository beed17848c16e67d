import { type Condition, type ContainerStatus, type Pod, type PodStatus, timestamp } from '../objects.ts'

export interface Observed {
  inits: ContainerStatus[]
  mains: ContainerStatus[]
  address: string
  terminating: boolean
}

const ok = (status: ContainerStatus): boolean => status.state.terminated?.exitCode === 0
const over = (status: ContainerStatus): boolean => status.state.terminated !== undefined

function phaseOf(pod: Pod, { inits, mains }: Observed): string {
  const policy = pod.spec.restartPolicy ?? 'Always'
  if (policy === 'Never' && inits.some((status) => over(status) && !ok(status))) return 'Failed'
  if (!inits.every(ok)) return 'Pending'
  if (policy !== 'Always' && mains.length > 0 && mains.every(over)) {
    if (mains.every(ok)) return 'Succeeded'
    if (policy === 'Never') return 'Failed'
  }
  const seen = mains.some((status) => status.state.running || over(status) || status.lastState.terminated)
  return seen ? 'Running' : 'Pending'
}

/** The pod's status from what its containers do; condition times move only when a condition does. */
export function podStatus(pod: Pod, observed: Observed): PodStatus {
  const { inits, mains, address, terminating } = observed
  const phase = phaseOf(pod, observed)
  const done = phase === 'Succeeded' || phase === 'Failed'
  const initialized = inits.every(ok)
  const unready = mains.filter((status) => !status.ready).map((status) => status.name)
  const ready = initialized && unready.length === 0 && !done && !terminating
  const now = timestamp()
  const condition = (type: string, good: boolean, reason?: string, message?: string): Condition => {
    const status = good ? 'True' : 'False'
    const before = pod.status?.conditions?.find((item) => item.type === type)
    return {
      type,
      status,
      lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? now) : now,
      ...(good || !reason ? {} : { reason }),
      ...(good || !message ? {} : { message }),
    }
  }
  const waiting = inits.filter((status) => !ok(status)).map((status) => status.name)
  const why = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : 'ContainersNotReady'
  const told = `containers with unready status: [${unready.join(' ')}]`
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', !done),
      condition(
        'Initialized',
        initialized,
        'ContainersNotInitialized',
        `containers with incomplete status: [${waiting.join(' ')}]`,
      ),
      condition('Ready', ready, why, told),
      condition('ContainersReady', ready, why, told),
      condition('PodScheduled', true),
    ],
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: pod.status?.startTime ?? now,
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: mains,
  }
}
