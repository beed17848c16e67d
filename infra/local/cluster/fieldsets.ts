import { itemKey, type ListKinds } from './listkeys.ts'
import { type Fields, fieldsOf, isFields } from './objects.ts'

/**
 * The fields that a manager owns: paths of FieldsV1 segments (`f:name`, `k:{...}`, `v:...`, `.`), joined by a
 * character that no segment holds. Source: structured-merge-diff, "FieldsV1" in the API reference.
 */
export type FieldSet = Set<string>

const separator = '\u0000'
const join = (segments: string[]): string => segments.join(separator)
const segmentsOf = (path: string): string[] => path.split(separator)

/** What an applier may say of metadata; the rest belongs to the server. */
const ownedMeta = new Set(['labels', 'annotations', 'finalizers', 'ownerReferences'])

/** All leaves of an object, with the values they have. */
export function leavesOf(object: Fields, kinds: ListKinds): Map<string, unknown> {
  const leaves = new Map<string, unknown>()
  const visit = (value: unknown, segments: string[], names: string[]): void => {
    const kind = Array.isArray(value) ? kinds(names) : 'atomic'
    if (isFields(value) && Object.keys(value).length > 0)
      for (const [key, inner] of Object.entries(value))
        visit(inner, [...segments, `f:${key}`], [...names, key])
    else if (!Array.isArray(value) || kind === 'atomic') leaves.set(join(segments), value)
    else
      for (const item of value) {
        if (kind === 'set') leaves.set(join([...segments, `v:${JSON.stringify(item)}`]), item)
        else {
          const own = [...segments, `k:${itemKey(item, kind)}`]
          leaves.set(join([...own, '.']), itemKey(item, kind))
          visit(item, own, names)
        }
      }
  }
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object
  for (const [key, value] of Object.entries(rest)) visit(value, [`f:${key}`], [key])
  for (const [key, value] of Object.entries(fieldsOf(metadata)))
    if (ownedMeta.has(key)) visit(value, ['f:metadata', `f:${key}`], ['metadata', key])
  return leaves
}

export function toFieldsV1(paths: Iterable<string>): Fields {
  const root: Fields = {}
  for (const path of paths) {
    let node = root
    for (const segment of segmentsOf(path)) {
      const next = fieldsOf(node[segment])
      node[segment] = next
      node = next
    }
  }
  return root
}

export function fromFieldsV1(tree: Fields): FieldSet {
  const set: FieldSet = new Set()
  const visit = (node: Fields, segments: string[]): void => {
    const entries = Object.entries(node)
    if (entries.length === 0 && segments.length > 0) set.add(join(segments))
    for (const [segment, inner] of entries) visit(fieldsOf(inner), [...segments, segment])
  }
  visit(tree, [])
  return set
}

/** Removes the value at a path, and the maps and lists that it leaves empty. */
export function removePath(object: Fields, path: string, kinds: ListKinds): void {
  const [first = '', ...rest] = segmentsOf(path)
  const without = (value: unknown, segments: string[], names: string[]): unknown => {
    const [segment = '', ...deeper] = segments
    if (segments.length === 0 || segment === '.') return undefined
    const text = segment.slice(2)
    if (Array.isArray(value)) {
      const kind = kinds(names)
      const keyOf = (item: unknown): string =>
        Array.isArray(kind) ? itemKey(item, kind) : JSON.stringify(item)
      const kept = value.flatMap((item) =>
        keyOf(item) === text ? (without(item, deeper, names) ?? []) : [item],
      )
      return kept.length > 0 ? kept : undefined
    }
    if (!isFields(value)) return value
    const inner = without(value[text], deeper, [...names, text])
    const { [text]: _gone, ...others } = value
    const result = inner === undefined ? others : { ...others, [text]: inner }
    return Object.keys(result).length > 0 ? result : undefined
  }
  const key = first.slice(2)
  const left = without(object[key], rest, [key])
  if (left === undefined) delete object[key]
  else object[key] = left
}

/** A path as conflict messages have it: `.spec.template.spec.containers[{"name":"main"}].image`. */
export const readable = (path: string): string =>
  segmentsOf(path)
    .map((segment) => (segment.startsWith('f:') ? `.${segment.slice(2)}` : `[${segment.slice(2)}]`))
    .join('')
