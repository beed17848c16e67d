import { internalCaller } from './caller.ts'
import type { Deletes } from './deletes.ts'
import { clone, type KubeObject, type OwnerReference, type Pod, type ReplicaSet } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import type { Recorder } from './recorder.ts'
import { kindOf, pods, replicaSets } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const caller = internalCaller('replicaset-controller')

export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller)

export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

const isActive = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

/** Surplus pods go in this order: those that serve nobody first, then the youngest. */
export function deletionOrder(list: Pod[]): Pod[] {
  const younger = (a: Pod, b: Pod): number =>
    a.metadata.creationTimestamp > b.metadata.creationTimestamp ? -1 : 1
  return list.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)) || younger(a, b))
}

export function runReplicaSets(
  store: Store,
  writes: Writes,
  deletes: Deletes,
  recorder: Recorder,
  failed: (error: unknown, key: string) => void,
): Queue {
  const kind = kindOf(replicaSets)
  const tell = (set: ReplicaSet, type: 'Normal' | 'Warning', reason: string, message: string): void =>
    recorder.record('replicaset-controller', set, type, reason, message)

  const create = async (set: ReplicaSet): Promise<void> => {
    const { template } = set.spec
    const body = {
      metadata: {
        generateName: `${set.metadata.name}-`,
        labels: template.metadata?.labels ?? {},
        ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
        ownerReferences: [controllerReference(set)],
      },
      spec: clone(template.spec),
    }
    try {
      const pod = await writes.create(pods, set.metadata.namespace, body, caller)
      tell(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      tell(set, 'Warning', 'FailedCreate', `Error creating: ${why}`)
      throw error
    }
  }

  const queue = createQueue(async (key) => {
    const [namespace = '', name = ''] = key.split('/')
    const set = store.get(kind, namespace, name) as ReplicaSet | undefined
    if (!set) return
    const owned = (store.list(kindOf(pods), namespace) as Pod[]).filter(
      (pod) => controllerOf(pod)?.uid === set.metadata.uid,
    )
    let active = owned.filter(isActive)
    if (!set.metadata.deletionTimestamp) {
      for (let missing = set.spec.replicas - active.length; missing > 0; missing -= 1) await create(set)
      for (const pod of deletionOrder(active).slice(0, Math.max(0, active.length - set.spec.replicas))) {
        await deletes.remove(pods, { namespace, name: pod.metadata.name }, {}, caller)
        tell(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      }
      active = (store.list(kindOf(pods), namespace) as Pod[]).filter(
        (pod) => controllerOf(pod)?.uid === set.metadata.uid && isActive(pod),
      )
    }
    const ready = active.filter((pod) => isReady(pod)).length
    await writes.update(
      replicaSets,
      { namespace, name, subresource: 'status' },
      (current) => ({
        ...current,
        status: {
          replicas: active.length,
          readyReplicas: ready,
          availableReplicas: ready,
          observedGeneration: set.metadata.generation,
        },
      }),
      caller,
    )
  }, failed)

  for (const { metadata } of store.list(kind)) queue.add(`${metadata.namespace}/${metadata.name}`)
  store.subscribe((change) => {
    const { namespace, name } = change.object.metadata
    if (change.kind === kind && change.type !== 'DELETED') queue.add(`${namespace}/${name}`)
    const owner = change.kind === kindOf(pods) ? controllerOf(change.object) : undefined
    if (owner?.kind === 'ReplicaSet') queue.add(`${namespace}/${owner.name}`)
  })
  return queue
}
