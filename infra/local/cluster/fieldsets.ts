import { itemKey, type ListKinds } from './listkeys.ts'
import { type Fields, isFields, same } from './objects.ts'

/**
 * The fields that a manager owns: paths of FieldsV1 segments (`f:name`, `k:{...}`, `v:...`, `.`), joined by a
 * character that no segment holds. Source: structured-merge-diff, "FieldsV1" in the API reference.
 */
export type FieldSet = Set<string>

const separator = '\u0000'
export const segmentsOf = (path: string): string[] => path.split(separator)

/** Fields that belong to the server and never to a manager. */
const unowned = new Set(['apiVersion', 'kind'])
const unownedMeta = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'generateName',
  'selfLink',
])

/** All leaves of an object, with the values they have. */
export function leavesOf(object: Fields, kinds: ListKinds): Map<string, unknown> {
  const leaves = new Map<string, unknown>()
  const visit = (value: unknown, segments: string[], names: string[]): void => {
    if (isFields(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) {
        if (names.length === 0 && unowned.has(key)) continue
        if (names.length === 1 && names[0] === 'metadata' && unownedMeta.has(key)) continue
        visit(inner, [...segments, `f:${key}`], [...names, key])
      }
      return
    }
    const kind = Array.isArray(value) ? kinds(names) : 'atomic'
    if (!Array.isArray(value) || kind === 'atomic') {
      if (segments.length > 0 && names.at(-1) !== 'metadata') leaves.set(segments.join(separator), value)
      return
    }
    for (const item of value) {
      if (kind === 'set') leaves.set([...segments, `v:${JSON.stringify(item)}`].join(separator), item)
      else {
        const own = [...segments, `k:${itemKey(item, kind)}`]
        leaves.set([...own, '.'].join(separator), itemKey(item, kind))
        visit(item, own, names)
      }
    }
  }
  visit(object, [], [])
  return leaves
}

/** Paths whose value differs between two objects, and paths that only the old one has. */
export function difference(
  before: Fields,
  after: Fields,
  kinds: ListKinds,
): { changed: FieldSet; gone: FieldSet } {
  const old = leavesOf(before, kinds)
  const now = leavesOf(after, kinds)
  const changed: FieldSet = new Set()
  for (const [path, value] of now) if (!old.has(path) || !same(old.get(path), value)) changed.add(path)
  return { changed, gone: new Set([...old.keys()].filter((path) => !now.has(path))) }
}

export function toFieldsV1(set: FieldSet): Fields {
  const root: Fields = {}
  for (const path of set) {
    let node = root
    for (const segment of segmentsOf(path)) {
      const next = isFields(node[segment]) ? node[segment] : {}
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
    if (entries.length === 0 && segments.length > 0) set.add(segments.join(separator))
    for (const [segment, inner] of entries) visit(isFields(inner) ? inner : {}, [...segments, segment])
  }
  visit(tree, [])
  return set
}

/** Removes the value at a path, and the maps and lists that it leaves empty. */
export function removePath(object: Fields, path: string, kinds: ListKinds): void {
  const remove = (value: unknown, segments: string[], names: string[]): unknown => {
    const [segment = '', ...rest] = segments
    if (Array.isArray(value)) {
      const kind = kinds(names)
      const keys = Array.isArray(kind) ? kind : []
      const matches = (item: unknown): boolean =>
        segment.startsWith('v:')
          ? JSON.stringify(item) === segment.slice(2)
          : itemKey(item, keys) === segment.slice(2)
      const last = rest.length === 0 || rest[0] === '.'
      const kept = value.flatMap((item) =>
        !matches(item) ? [item] : last ? [] : [remove(item, rest, names)],
      )
      return kept.length > 0 ? kept : undefined
    }
    if (!isFields(value)) return value
    const key = segment.slice(2)
    const result: Fields = { ...value }
    const inner = rest.length === 0 ? undefined : remove(value[key], rest, [...names, key])
    if (inner === undefined || (isFields(inner) && Object.keys(inner).length === 0)) delete result[key]
    else result[key] = inner
    return result
  }
  const [first = '', ...rest] = segmentsOf(path)
  const key = first.slice(2)
  const inner = rest.length === 0 ? undefined : remove(object[key], rest, [key])
  if (inner === undefined) delete object[key]
  else object[key] = inner
}
