import { isNotFound } from '@berth/platform/kube'
import type { Log } from '@berth/platform/log'
import { apiVersion } from '@berth/schema/modelserve.ts'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import type { Step } from './plan.ts'
import { type Condition, fieldManager, type ModelServeResource, type ModelServeStatus } from './resource.ts'

export interface Happening {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

/** What was made, scaled or removed. Pure. */
export function stepHappenings(steps: readonly Step[], replicasBefore: number | undefined): Happening[] {
  return steps.flatMap((step) => {
    const name = `${step.kind} ${step.object.metadata?.name}`
    if (step.action === 'create') return [normal('Created', `Created ${name}`)]
    if (step.action === 'delete') return [normal('Deleted', `Deleted ${name}`)]
    if (step.action !== 'update' || step.kind !== 'Deployment') return []
    const replicas = step.object.spec?.replicas
    return replicasBefore === replicas
      ? [normal('Updated', `Updated ${name}`)]
      : [normal('Scaled', `Scaled ${name} from ${replicasBefore} to ${replicas}`)]
  })
}

/** Conditions that turned, for better or worse. Pure. */
export function statusHappenings(before: ModelServeStatus | undefined, after: ModelServeStatus): Happening[] {
  const found: Happening[] = []
  const available = conditionOf('Available', after)
  if (available?.status === 'True' && conditionOf('Available', before)?.status !== 'True') {
    found.push(normal('Ready', available.message))
  }
  const degraded = conditionOf('Degraded', after)
  const was = conditionOf('Degraded', before)
  // Fewer pods than wanted is what every scaling looks like for a while.
  if (degraded?.reason === 'FewerReady') return found
  if (degraded?.status === 'True' && (was?.status !== 'True' || was.reason !== degraded.reason)) {
    found.push({ type: 'Warning', reason: degraded.reason, message: degraded.message })
  }
  return found
}

const normal = (reason: string, message: string): Happening => ({ type: 'Normal', reason, message })

const conditionOf = (type: Condition['type'], status: ModelServeStatus | undefined) =>
  status?.conditions?.find((condition) => condition.type === type)

export type RecordEvent = (resource: ModelServeResource, happening: Happening) => void

/** Kubernetes forgets events after an hour; one that repeats within this time is counted up instead. */
const sameWithinMs = 600_000
const remembered = 2_000

interface Known {
  name: string
  count: number
  at: number
}

/** Writes events about ModelServes. The same one again is one event with a higher count; a failed write is only logged. */
export function createEventRecorder(kubeConfig: KubeConfig, identity: string, log: Log): RecordEvent {
  const api = kubeConfig.makeApiClient(CoreV1Api)
  const known = new Map<string, Known>()

  async function countUp(
    namespace: string,
    { name, count }: Known,
    message: string,
    now: Date,
  ): Promise<boolean> {
    try {
      const body = [
        { op: 'replace', path: '/count', value: count },
        { op: 'replace', path: '/message', value: message },
        { op: 'replace', path: '/lastTimestamp', value: now.toISOString() },
      ]
      await api.patchNamespacedEvent({ name, namespace, body })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  async function create(
    resource: ModelServeResource,
    happening: Happening,
    name: string,
    now: Date,
  ): Promise<void> {
    const { namespace, uid, resourceVersion } = resource.metadata
    await api.createNamespacedEvent({
      namespace,
      body: {
        metadata: { name, namespace },
        involvedObject: {
          apiVersion,
          kind: 'ModelServe',
          name: resource.metadata.name,
          namespace,
          uid,
          resourceVersion,
        },
        type: happening.type,
        reason: happening.reason,
        message: happening.message.slice(0, 1_024),
        source: { component: fieldManager, host: identity },
        reportingComponent: fieldManager,
        reportingInstance: identity,
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    })
  }

  async function record(resource: ModelServeResource, happening: Happening): Promise<void> {
    const now = new Date()
    // A warning that comes again is one warning, with what it said last; normal ones differ by what they are about.
    const about = happening.type === 'Warning' ? '' : happening.message
    const key = `${resource.metadata.uid}/${happening.type}/${happening.reason}/${about}`
    const earlier = known.get(key)
    known.delete(key)
    if (earlier && now.getTime() - earlier.at < sameWithinMs) {
      const again = { ...earlier, count: earlier.count + 1, at: now.getTime() }
      known.set(key, again)
      if (await countUp(resource.metadata.namespace, again, happening.message, now)) return
    }
    const name = `${resource.metadata.name}.${now.getTime().toString(16)}${Math.random().toString(16).slice(2, 8)}`
    known.set(key, { name, count: 1, at: now.getTime() })
    const oldest = known.keys().next().value
    if (known.size > remembered && oldest !== undefined) known.delete(oldest)
    await create(resource, happening, name, now)
  }

  return (resource, happening) => {
    record(resource, happening).catch((error: unknown) =>
      log.debug({ err: error, reason: happening.reason }, 'an event could not be written'),
    )
  }
}
