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

export const readySince = (pod: Pod): number | undefined => {
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready')
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime ?? '') : undefined
}

const isActive = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

/** The order in which surplus pods go: those that serve least come first (ActivePods in the Kubernetes controller). */
export function deletionOrder(list: Pod[]): Pod[] {
  const cost = (pod: Pod): number[] => {
    const restarts = (pod.status?.containerStatuses ?? []).reduce((sum, item) => sum + item.restartCount, 0)
    return [
      pod.spec.nodeName ? 1 : 0,
      pod.status?.phase === 'Running' ? 1 : 0,
      readySince(pod) === undefined ? 0 : 1,
      -restarts,
      -Date.parse(pod.metadata.creationTimestamp),
    ]
  }
  const compare = (a: number[], b: number[]): number => {
    const index = a.findIndex((value, i) => value !== b[i])
    return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
  }
  return list
    .map((pod) => ({ pod, cost: cost(pod) }))
    .sort((a, b) => compare(a.cost, b.cost))
    .map(({ pod }) => pod)
}

export function runReplicaSets(
  store: Store,
  writes: Writes,
  deletes: Deletes,
  recorder: Recorder,
  failed: (error: unknown, key: string) => void,
): Queue {
  const kind = kindOf(replicaSets)

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
      recorder.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
    } catch (error) {
      recorder.record(
        set,
        'Warning',
        'FailedCreate',
        `Error creating: ${error instanceof Error ? error.message : ''}`,
      )
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
        recorder.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      }
      active = (store.list(kindOf(pods), namespace) as Pod[]).filter(
        (pod) => controllerOf(pod)?.uid === set.metadata.uid && isActive(pod),
      )
    }
    const now = Date.now()
    const wait = (set.spec.minReadySeconds ?? 0) * 1000
    const ready = active.flatMap((pod) => readySince(pod) ?? [])
    const soon = ready.map((since) => since + wait - now).filter((left) => left > 0)
    if (soon.length > 0) queue.addAfter(key, Math.min(...soon))
    await writes.update(
      replicaSets,
      { namespace, name, subresource: 'status' },
      (current) => ({
        ...current,
        status: {
          replicas: active.length,
          fullyLabeledReplicas: active.length,
          readyReplicas: ready.length,
          availableReplicas: ready.length - soon.length,
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
