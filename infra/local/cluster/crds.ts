import type { V1CustomResourceDefinitionSpec } from '@kubernetes/client-node'
import { internalCaller } from './caller.ts'
import type { Deletes } from './deletes.ts'
import { type Condition, type Fields, fieldsOf, type KubeObject, timestamp } from './objects.ts'
import { createQueue, type Queue } from './queue.ts'
import { allVerbs, type Catalog, customResourceDefinitions, kindOf, type Resource } from './resources.ts'
import type { Store } from './store.ts'
import type { Writes } from './writes.ts'

const cleanup = 'customresourcecleanup.apiextensions.k8s.io'
const caller = internalCaller('apiextensions')

const specOf = (definition: KubeObject) => definition.spec as V1CustomResourceDefinitionSpec

/** One resource per served version. */
export function resourcesOf(definition: KubeObject): Resource[] {
  const { group, scope, names, versions } = specOf(definition)
  return versions
    .filter((version) => version.served)
    .map((version) => ({
      group,
      version: version.name,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      kind: names.kind,
      namespaced: scope === 'Namespaced',
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      status: version.subresources?.status !== undefined,
      scale: version.subresources?.scale,
      custom: {
        schema: (fieldsOf(version.schema).openAPIV3Schema as Fields) ?? {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
        },
        columns: version.additionalPrinterColumns ?? [],
      },
      verbs: allVerbs,
    }))
}

/** Serves the kinds that definitions define, marks definitions Established, and empties a kind before it goes. */
export function runDefinitions(
  store: Store,
  catalog: Catalog,
  writes: Writes,
  deletes: Deletes,
  failed: (error: unknown, key: string) => void,
): Queue {
  const kind = kindOf(customResourceDefinitions)
  const definitionOf = (name: string): KubeObject | undefined => store.get(kind, undefined, name)

  const establish = async (name: string): Promise<void> => {
    const accepted = (type: string, reason: string, message: string): Condition => ({
      type,
      status: 'True',
      lastTransitionTime: timestamp(),
      reason,
      message,
    })
    await writes.update(
      customResourceDefinitions,
      { namespace: undefined, name, subresource: 'status' },
      (current) => {
        const { names, versions } = specOf(current)
        const stored = versions.filter((version) => version.storage).map((version) => version.name)
        const acceptedNames = { singular: names.kind.toLowerCase(), listKind: `${names.kind}List`, ...names }
        const conditions = fieldsOf(current.status).conditions ?? [
          accepted('NamesAccepted', 'NoConflicts', 'no conflicts found'),
          accepted('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
        ]
        return { ...current, status: { conditions, acceptedNames, storedVersions: stored } }
      },
      caller,
    )
  }
  const withFinalizer = (name: string, present: boolean): Promise<KubeObject> =>
    writes.update(
      customResourceDefinitions,
      { namespace: undefined, name },
      (current) => {
        const others = (current.metadata.finalizers ?? []).filter((item) => item !== cleanup)
        return {
          ...current,
          metadata: { ...current.metadata, finalizers: present ? [...others, cleanup] : others },
        }
      },
      caller,
    )

  const queue = createQueue(async (name) => {
    const definition = definitionOf(name)
    if (!definition) return
    const [resource] = resourcesOf(definition)
    if (!definition.metadata.deletionTimestamp) {
      if (!definition.metadata.finalizers?.includes(cleanup)) await withFinalizer(name, true)
      await establish(name)
      return
    }
    if (!definition.metadata.finalizers?.includes(cleanup)) return
    const left = resource ? store.list(kindOf(resource)) : []
    for (const { metadata } of left)
      if (resource && !metadata.deletionTimestamp)
        await deletes.remove(resource, { namespace: metadata.namespace, name: metadata.name }, {}, caller)
    if (!resource || store.list(kindOf(resource)).length === 0) await withFinalizer(name, false)
  }, failed)

  for (const definition of store.list(kind)) {
    catalog.setCustom(definition.metadata.name, resourcesOf(definition))
    queue.add(definition.metadata.name)
  }
  store.subscribe((change) => {
    const { name } = change.object.metadata
    if (change.kind === kind) {
      catalog.setCustom(name, change.type === 'DELETED' ? [] : resourcesOf(change.object))
      queue.add(name)
    } else if (change.type === 'DELETED') {
      const [group, plural] = change.kind.split('/')
      queue.add(`${plural}.${group}`)
    }
  })
  return queue
}
