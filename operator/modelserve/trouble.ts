import { configurationExit } from '@berth/platform/lifecycle'
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { isDeleting, type PodStatus } from './resource.ts'

/** Why a pod does not come up. */
export interface Trouble {
  /** The word Kubernetes uses: ImagePullBackOff, CrashLoopBackOff, Unschedulable, ... */
  reason: string
  message: string
  /** It will not pass without a change, or has come back too often to be called a start. */
  lasting: boolean
}

const onTheWay = new Set(['ContainerCreating', 'PodInitializing'])
const crash = new Set(['CrashLoopBackOff', 'Error', 'OOMKilled', 'ContainerCannotRun', 'StartError'])
/** So many restarts are no accident any more. */
const tooManyRestarts = 3

export function troubleOf(pod: V1Pod): Trouble | undefined {
  if (isDeleting(pod)) return undefined
  for (const container of containersOf(pod)) {
    const trouble = containerTrouble(container)
    if (trouble) return trouble
  }
  if (pod.status?.phase === 'Failed') {
    const reason = pod.status.reason ?? 'Failed'
    return { reason, message: pod.status.message ?? `The pod failed (${reason}).`, lasting: true }
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False') {
    const message = scheduled.message ?? 'No node has room for the pod.'
    return { reason: scheduled.reason ?? 'Unschedulable', message, lasting: false }
  }
  return undefined
}

function containerTrouble(container: V1ContainerStatus): Trouble | undefined {
  const { waiting, terminated } = container.state ?? {}
  if (waiting?.reason && !onTheWay.has(waiting.reason)) {
    const crashed = crash.has(waiting.reason)
    // Of a crash its last words say more than how long the next try is put off.
    const message = (crashed && lastWords(container)) || waiting.message || `${container.name} cannot start`
    return { reason: waiting.reason, message, lasting: !crashed || isHopeless(container) }
  }
  if (terminated && terminated.exitCode !== 0) {
    const reason = terminated.reason ?? 'Error'
    return { reason, message: said(container.name, terminated), lasting: isHopeless(container) }
  }
  const last = container.lastState?.terminated
  if (last?.exitCode === configurationExit && !container.ready) {
    // It tries again, as it has to; until it is ready nothing says that this was of use.
    return { reason: last.reason ?? 'Error', message: said(container.name, last), lasting: true }
  }
  return undefined
}

/** Whether it has ended too often, or in a way that says itself that it was set up wrongly. */
function isHopeless({ restartCount, state, lastState }: V1ContainerStatus): boolean {
  const ended = state?.terminated ?? lastState?.terminated
  return restartCount >= tooManyRestarts || ended?.exitCode === configurationExit
}

function lastWords(container: V1ContainerStatus): string | undefined {
  const last = container.lastState?.terminated
  return last && said(container.name, last)
}

/** Of a process that the kernel ends, what it said last is a guess, and the end of its log has nothing to do with it. */
const outOfMemory =
  'it needed more memory than the pod may have; deploy it with a smaller contextSize or parallel, or register a smaller model.'

function said(name: string, ended: { exitCode: number; reason?: string; message?: string }): string {
  const words = ended.reason === 'OOMKilled' ? outOfMemory : ended.message?.trim().slice(-1_000)
  return `${name} exited with ${ended.exitCode}${ended.reason ? ` (${ended.reason})` : ''}${words ? `: ${words}` : ''}`
}

const containersOf = (pod: V1Pod): V1ContainerStatus[] => [
  ...(pod.status?.initContainerStatuses ?? []),
  ...(pod.status?.containerStatuses ?? []),
]

export const isReady = (pod: V1Pod): boolean =>
  !isDeleting(pod) &&
  (pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false)

/** A pod as the ModelServe's status and the servers service tell it. */
export function podStatusOf(pod: V1Pod): PodStatus {
  const trouble = troubleOf(pod)
  const status: PodStatus = {
    name: pod.metadata?.name ?? '',
    ready: isReady(pod),
    restarts: restartsOf(pod),
    phase: isDeleting(pod) ? 'Terminating' : (trouble?.reason ?? pod.status?.phase ?? 'Pending'),
  }
  if (pod.spec?.nodeName) status.node = pod.spec.nodeName
  const message = trouble?.message ?? doing(pod)
  if (message) status.message = message
  return status
}

/** As in kubectl's column: those of the init containers, until their work is done. */
function restartsOf({ status }: V1Pod): number {
  const initialising = status?.initContainerStatuses?.some(({ state }) => state?.terminated?.exitCode !== 0)
  const counted = initialising ? status?.initContainerStatuses : status?.containerStatuses
  return (counted ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0)
}

/** What a healthy pod that is not ready yet is busy with. */
function doing(pod: V1Pod): string | undefined {
  if (isDeleting(pod) || isReady(pod)) return undefined
  if (pod.status?.initContainerStatuses?.some(({ state }) => state?.running)) return 'fetching the model'
  if (pod.status?.containerStatuses?.some(({ state }) => state?.running)) return 'loading the model'
  return undefined
}
