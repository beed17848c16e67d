import { internalCaller } from './caller.ts'
import type { Deletes } from './deletes.ts'
import type { KubeObject } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import { type Catalog, kindOf, type Resource } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const caller = internalCaller('generic-garbage-collector')

interface Item {
  resource: Resource
  object: KubeObject
}

/** Deletes what lost its last owner, and does what a Foreground or Orphan delete waits for. */
export function runGarbage(
  store: Store,
  catalog: Catalog,
  writes: Writes,
  deletes: Deletes,
  failed: (error: unknown, key: string) => void,
): Queue {
  /** uid → object, and owner uid → uids of dependants. */
  const items = new Map<string, { kind: string; object: KubeObject }>()
  const dependants = new Map<string, Set<string>>()

  const index = (kind: string, object: KubeObject, previous: KubeObject | undefined, gone: boolean): void => {
    const { uid } = object.metadata
    for (const owner of previous?.metadata.ownerReferences ?? []) dependants.get(owner.uid)?.delete(uid)
    if (gone) {
      items.delete(uid)
      return
    }
    items.set(uid, { kind, object })
    for (const owner of object.metadata.ownerReferences ?? []) {
      const set = dependants.get(owner.uid) ?? new Set()
      dependants.set(owner.uid, set.add(uid))
    }
  }
  const resourceOf = (kind: string): Resource | undefined =>
    catalog.all().find((r) => kindOf(r) === kind && r.verbs.includes('delete'))
  const itemOf = (uid: string): Item | undefined => {
    const found = items.get(uid)
    const resource = found && resourceOf(found.kind)
    if (!found || !resource) return undefined
    const object = store.get(found.kind, found.object.metadata.namespace, found.object.metadata.name)
    return object?.metadata.uid === uid ? { resource, object } : undefined
  }
  const targetOf = ({ object }: Item) => ({
    namespace: object.metadata.namespace,
    name: object.metadata.name,
  })
  const childrenOf = (uid: string): Item[] =>
    [...(dependants.get(uid) ?? [])].flatMap((child) => itemOf(child) ?? [])
  const dropFinalizer = (item: Item, finalizer: string): Promise<KubeObject> =>
    writes.update(
      item.resource,
      targetOf(item),
      (current) => ({
        ...current,
        metadata: {
          ...current.metadata,
          finalizers: current.metadata.finalizers?.filter((f) => f !== finalizer),
        },
      }),
      caller,
    )

  const collect = async (item: Item): Promise<void> => {
    const owners = item.object.metadata.ownerReferences ?? []
    if (owners.length === 0 || item.object.metadata.deletionTimestamp) return
    const alive = owners.filter((owner) => itemOf(owner.uid))
    const waiting = alive.filter((owner) =>
      itemOf(owner.uid)?.object.metadata.finalizers?.includes('foregroundDeletion'),
    )
    if (alive.length > waiting.length) return
    const propagationPolicy = waiting.length > 0 ? 'Foreground' : 'Background'
    const { uid } = item.object.metadata
    await deletes.remove(item.resource, targetOf(item), { propagationPolicy, preconditions: { uid } }, caller)
  }

  const queue = createQueue(async (uid) => {
    const item = itemOf(uid)
    if (!item) {
      for (const child of childrenOf(uid)) await collect(child)
      return
    }
    const { finalizers = [], deletionTimestamp } = item.object.metadata
    if (deletionTimestamp && finalizers.includes('orphan')) {
      for (const child of childrenOf(uid))
        await writes.update(
          child.resource,
          targetOf(child),
          (current) => ({
            ...current,
            metadata: {
              ...current.metadata,
              ownerReferences: current.metadata.ownerReferences?.filter((o) => o.uid !== uid),
            },
          }),
          caller,
        )
      await dropFinalizer(item, 'orphan')
    } else if (deletionTimestamp && finalizers.includes('foregroundDeletion')) {
      for (const child of childrenOf(uid)) await collect(child)
      const blocking = childrenOf(uid).filter(({ object }) =>
        object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
      )
      if (blocking.length === 0) await dropFinalizer(item, 'foregroundDeletion')
    } else await collect(item)
  }, failed)

  for (const kind of store.kinds())
    for (const object of store.list(kind)) index(kind, object, undefined, false)
  for (const uid of items.keys()) queue.add(uid)
  store.subscribe(({ kind, object, previous, type }) => {
    const gone = type === 'DELETED'
    index(kind, object, previous, gone)
    if (gone || object.metadata.ownerReferences || object.metadata.deletionTimestamp)
      queue.add(object.metadata.uid)
    if (gone) for (const owner of object.metadata.ownerReferences ?? []) queue.add(owner.uid)
  })
  return queue
}
