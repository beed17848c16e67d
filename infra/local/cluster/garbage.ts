import { internalCaller } from './caller.ts'
import { type Deletes, foreground } from './deletes.ts'
import type { KubeObject, OwnerReference } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import { type Catalog, kindOf, type Resource } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const caller = internalCaller('generic-garbage-collector')

interface Item {
  resource: Resource
  object: KubeObject
}

/** Deletes what lost its last owner, and what a Foreground delete of its owner waits for. */
export function runGarbage(
  store: Store,
  catalog: Catalog,
  writes: Writes,
  deletes: Deletes,
  failed: (error: unknown, key: string) => void,
): Queue {
  /** Owner uid → keys of its dependants, `kind namespace/name`. */
  const dependants = new Map<string, Set<string>>()
  const keyOf = (kind: string, { metadata }: KubeObject): string =>
    `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
  const targetOf = ({ object: { metadata } }: Item) => ({
    namespace: metadata.namespace,
    name: metadata.name,
  })

  const itemOf = (key: string): Item | undefined => {
    const [kind = '', place = ''] = key.split(' ')
    const [namespace, name = ''] = place.split('/')
    const resource = catalog.all().find((r) => kindOf(r) === kind && r.verbs.includes('delete'))
    const object = store.get(kind, namespace || undefined, name)
    return resource && object && { resource, object }
  }
  const ownerOf = (child: KubeObject, { apiVersion, kind, name, uid }: OwnerReference): Item | undefined => {
    const resource = catalog.byKind(apiVersion.split('/').at(-2) ?? '', kind)
    const namespace = resource?.namespaced ? child.metadata.namespace : undefined
    const object = resource && store.get(kindOf(resource), namespace, name)
    return resource && object?.metadata.uid === uid ? { resource, object } : undefined
  }
  const dependantsOf = (uid: string): Item[] =>
    [...(dependants.get(uid) ?? [])]
      .flatMap((key) => itemOf(key) ?? [])
      .filter(({ object }) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid))

  const collect = async (item: Item): Promise<void> => {
    const { uid, ownerReferences = [], deletionTimestamp } = item.object.metadata
    if (ownerReferences.length === 0 || deletionTimestamp) return
    const alive = ownerReferences.flatMap((owner) => ownerOf(item.object, owner) ?? [])
    if (!alive.every(({ object }) => object.metadata.finalizers?.includes(foreground))) return
    const propagationPolicy = alive.length > 0 ? 'Foreground' : 'Background'
    await deletes.remove(item.resource, targetOf(item), { propagationPolicy, preconditions: { uid } }, caller)
  }
  /** An owner that waits for its dependants goes when none is left that blocks it. */
  const release = async (owner: Item): Promise<void> => {
    const { uid } = owner.object.metadata
    const blocks = ({ object }: Item): boolean =>
      object.metadata.ownerReferences?.some((ref) => ref.uid === uid && ref.blockOwnerDeletion) ?? false
    for (const item of dependantsOf(uid)) await collect(item)
    if (dependantsOf(uid).some(blocks)) return
    const change = (current: KubeObject): KubeObject => {
      const finalizers = current.metadata.finalizers?.filter((name) => name !== foreground)
      return { ...current, metadata: { ...current.metadata, finalizers } }
    }
    await writes.update(owner.resource, targetOf(owner), change, caller)
  }

  const queue = createQueue(async (key) => {
    const item = itemOf(key)
    if (!item) return
    const { deletionTimestamp, finalizers } = item.object.metadata
    if (deletionTimestamp && finalizers?.includes(foreground)) await release(item)
    else await collect(item)
  }, failed)

  const notice = (kind: string, object: KubeObject): void => {
    const { ownerReferences = [], deletionTimestamp } = object.metadata
    for (const { uid } of ownerReferences)
      dependants.set(uid, (dependants.get(uid) ?? new Set()).add(keyOf(kind, object)))
    if (ownerReferences.length > 0 || deletionTimestamp) queue.add(keyOf(kind, object))
  }
  for (const kind of store.kinds()) for (const object of store.list(kind)) notice(kind, object)
  store.subscribe(({ type, kind, object }) => {
    if (type !== 'DELETED') return notice(kind, object)
    const key = keyOf(kind, object)
    for (const owner of object.metadata.ownerReferences ?? []) {
      dependants.get(owner.uid)?.delete(key)
      const above = ownerOf(object, owner)
      if (above) queue.add(keyOf(kindOf(above.resource), above.object))
    }
    for (const child of dependants.get(object.metadata.uid) ?? []) queue.add(child)
    dependants.delete(object.metadata.uid)
  })
  return queue
}
