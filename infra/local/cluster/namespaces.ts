import { internalCaller } from './caller.ts'
import type { Deletes } from './deletes.ts'
import { fieldsOf } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import { type Catalog, kindOf, namespaces } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const caller = internalCaller('namespace-controller')
const kind = kindOf(namespaces)

/** Makes the namespaces that always exist, and empties a namespace that is being deleted. */
export async function runNamespaces(
  store: Store,
  catalog: Catalog,
  writes: Writes,
  deletes: Deletes,
  failed: (error: unknown, key: string) => void,
): Promise<Queue> {
  const contents = (namespace: string) =>
    catalog
      .all()
      .filter((resource) => resource.namespaced && resource.verbs.includes('delete'))
      .flatMap((resource) => store.list(kindOf(resource), namespace).map((object) => ({ resource, object })))

  const queue = createQueue(async (name) => {
    const namespace = store.get(kind, undefined, name)
    if (!namespace?.metadata.deletionTimestamp) return
    for (const { resource, object } of contents(name)) {
      if (object.metadata.deletionTimestamp) continue
      const target = { namespace: name, name: object.metadata.name }
      await deletes.remove(resource, target, { propagationPolicy: 'Background' }, caller)
    }
    if (contents(name).length > 0) return
    await writes.update(
      namespaces,
      { namespace: undefined, name },
      (current) => ({ ...current, spec: { ...fieldsOf(current.spec), finalizers: [] } }),
      caller,
    )
  }, failed)

  for (const name of ['default', 'kube-system'])
    if (!store.get(kind, undefined, name))
      await writes.create(namespaces, undefined, { metadata: { name } }, caller)
  for (const namespace of store.list(kind)) queue.add(namespace.metadata.name)
  store.subscribe((change) => {
    if (change.kind === kind && change.type !== 'DELETED') queue.add(change.object.metadata.name)
    else if (change.type === 'DELETED' && change.object.metadata.namespace)
      queue.add(change.object.metadata.namespace)
  })
  return queue
}
