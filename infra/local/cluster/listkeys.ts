import { type Fields, fieldsOf, isFields } from './objects.ts'
import type { Resource } from './resources.ts'

/** How items of a list are told apart when two writers merge: by key fields, as a set of scalars, or not at all. */
export type ListKind = string[] | 'set' | 'atomic'

/** Answers for the list at a path of field names (list items add no name of their own). */
export type ListKinds = (path: string[]) => ListKind

const byName = new Set(['containers', 'initContainers', 'env', 'volumes', 'webhooks'])

/** `patchMergeKey` and `x-kubernetes-list-map-keys` of the built-in kinds, as far as they are served here. */
function builtinList(kind: string, path: string[]): ListKind {
  const last = path.at(-1) ?? ''
  if (byName.has(last)) return ['name']
  if (last === 'conditions') return ['type']
  if (last === 'volumeMounts') return ['mountPath']
  if (last === 'ownerReferences') return ['uid']
  if (last === 'finalizers') return 'set'
  if (last === 'ports' && kind === 'Service') return ['port', 'protocol']
  if (last === 'ports' && /ontainers$/.test(path.at(-2) ?? '')) return ['containerPort', 'protocol']
  return 'atomic'
}

function schemaList(schema: Fields, path: string[]): ListKind {
  let current = schema
  for (const name of path) {
    if (isFields(current.items)) current = current.items
    const properties = fieldsOf(current.properties)
    current = isFields(properties[name]) ? properties[name] : fieldsOf(current.additionalProperties)
  }
  const type = current['x-kubernetes-list-type']
  if (type === 'set') return 'set'
  const keys = current['x-kubernetes-list-map-keys']
  return type === 'map' && Array.isArray(keys) ? keys.map(String) : 'atomic'
}

export function listKindsOf(resource: Resource): ListKinds {
  const schema = resource.custom?.schema
  if (!schema) return (path) => builtinList(resource.kind, path)
  return (path) => (path[0] === 'metadata' ? builtinList(resource.kind, path) : schemaList(schema, path))
}

/** The key of a list item; an absent `protocol` counts as TCP, its default. */
export function itemKey(item: unknown, keys: string[]): string {
  const fields = fieldsOf(item)
  const parts = keys
    .map((key): [string, unknown] => [key, fields[key] ?? (key === 'protocol' ? 'TCP' : undefined)])
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(Object.fromEntries(parts))
}
