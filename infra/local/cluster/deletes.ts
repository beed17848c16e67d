import type { Caller } from './caller.ts'
import { conflict, notFound } from './errors.ts'
import { type Fields, fieldsOf, type KubeObject, type Meta, type Pod, same, timestamp } from './objects.ts'
import { kindOf, type Resource } from './resources.ts'
import type { Store } from './store.ts'
import type { Admission } from './webhooks.ts'
import { finished, type Target } from './writes.ts'

/** meta/v1 DeleteOptions, the fields that are honoured. */
export interface DeleteOptions {
  gracePeriodSeconds?: number
  propagationPolicy?: string
  preconditions?: { uid?: string; resourceVersion?: string }
}

export interface Deletes {
  /** Answers the object as it was left: gone for good, or marked and waiting for its finalizers. */
  remove(
    resource: Resource,
    target: Target,
    options: DeleteOptions,
    caller: Caller,
  ): Promise<{ object: KubeObject; gone: boolean }>
}

/** The finalizer by which an owner waits for its dependants. */
export const foreground = 'foregroundDeletion'

function graceOf(object: KubeObject, options: DeleteOptions): number {
  if (object.kind !== 'Pod') return 0
  const { spec, status } = object as Pod
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0
  return options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
}

/** The object as a delete marks it: timestamps, and a finalizer for what the garbage collector has to do first. */
function marked(object: KubeObject, options: DeleteOptions): KubeObject {
  const meta: Meta = { ...object.metadata }
  const grace = graceOf(object, options)
  const remaining = meta.deletionTimestamp ? Math.min(grace, meta.deletionGracePeriodSeconds ?? grace) : grace
  if (!meta.deletionTimestamp || remaining < (meta.deletionGracePeriodSeconds ?? 0)) {
    if (!meta.deletionTimestamp && meta.generation) meta.generation += 1
    meta.deletionTimestamp = timestamp(new Date(Date.now() + remaining * 1000))
    meta.deletionGracePeriodSeconds = remaining
  }
  if (options.propagationPolicy === 'Foreground')
    meta.finalizers = [...new Set([...(meta.finalizers ?? []), foreground])]
  const next: KubeObject = { ...object, metadata: meta }
  if (object.kind === 'Namespace') next.status = { ...fieldsOf(object.status), phase: 'Terminating' }
  return next
}

export function createDeletes(store: Store, admission: Admission): Deletes {
  return {
    async remove(resource, target, options, caller) {
      const { namespace, name } = target
      const kind = kindOf(resource)
      for (;;) {
        const current = store.get(kind, namespace, name)
        if (!current) throw notFound(resource, name)
        const { uid, resourceVersion } = options.preconditions ?? {}
        if (
          (uid && uid !== current.metadata.uid) ||
          (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
        )
          throw conflict(
            resource,
            name,
            `Precondition failed: UID in precondition: ${uid ?? ''}, UID in object meta: ${current.metadata.uid}`,
          )
        const attempt = { resource, subresource: undefined, operation: 'DELETE', namespace, name } as const
        await admission.mutate({ ...attempt, object: undefined, old: current }, caller)
        await admission.validate({ ...attempt, object: undefined, old: current }, caller)
        const next = marked(current, options)
        const gone = finished(next)
        if (store.get(kind, namespace, name) !== current) continue
        if (gone) return { object: store.remove(kind, next), gone }
        if (same(current, next)) return { object: current, gone }
        return { object: store.put(kind, next, current.metadata.resourceVersion) ?? next, gone }
      }
    },
  }
}

/** The `Status` that answers a delete which left nothing behind. */
export function deletedStatus(resource: Resource, object: KubeObject): Fields {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: object.metadata.name,
      group: resource.group || undefined,
      kind: resource.plural,
      uid: object.metadata.uid,
    },
  }
}
