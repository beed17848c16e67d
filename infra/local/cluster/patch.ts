import type { Operation } from 'fast-json-patch'
import jsonPatch from 'fast-json-patch'
import { ApiError, badRequest } from './errors.ts'
import { itemKey, type ListKinds } from './listkeys.ts'
import { clone, type Fields, isFields } from './objects.ts'

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return clone(patch)
  const result: Fields = isFields(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}

/** RFC 6902; a failed `test` or a missing path is the 422 of a real API server. */
export function applyJsonPatch(target: Fields, operations: unknown): Fields {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch must be a list of operations')
  try {
    const patched = jsonPatch.applyPatch(clone(target), operations as Operation[], true)
    return patched.newDocument
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new ApiError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${why}`,
    )
  }
}

/**
 * Strategic merge patch (Kubernetes, "Update API Objects in Place"): maps merge, keyed lists merge by key, other
 * lists are replaced; with the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and
 * `$deleteFromPrimitiveList/…`.
 */
export function strategicMerge(
  target: unknown,
  patch: Fields,
  kinds: ListKinds,
  path: string[] = [],
): Fields {
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  let result: Fields = isFields(target) ? { ...target } : {}
  if (Array.isArray(patch.$retainKeys)) {
    const retained = new Set(patch.$retainKeys.map(String))
    result = Object.fromEntries(Object.entries(result).filter(([key]) => retained.has(key)))
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice(key.indexOf('/') + 1)
      const doomed = new Set(Array.isArray(value) ? value : [])
      const list = result[name]
      if (Array.isArray(list)) result[name] = list.filter((item) => !doomed.has(item))
    } else if (key.startsWith('$')) continue
    else if (value === null) delete result[key]
    else if (Array.isArray(value)) result[key] = mergeList(result[key], value, kinds, [...path, key])
    else if (isFields(value)) {
      if (value.$patch === 'delete') delete result[key]
      else result[key] = strategicMerge(result[key], value, kinds, [...path, key])
    } else result[key] = value
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith('$setElementOrder/') || !Array.isArray(order)) continue
    const name = key.slice(key.indexOf('/') + 1)
    const list = result[name]
    if (Array.isArray(list)) result[name] = inOrder(list, order, mergeKey(kinds([...path, name])))
  }
  return result
}

/** A strategic merge looks only at the first key: `containerPort`, not `protocol`. */
const mergeKey = (kind: ReturnType<ListKinds>): string | undefined =>
  Array.isArray(kind) ? kind[0] : undefined

function mergeList(target: unknown, patch: unknown[], kinds: ListKinds, path: string[]): unknown[] {
  const kind = kinds(path)
  const current: unknown[] = Array.isArray(target) ? target : []
  if (kind === 'set') return [...new Set([...current, ...patch])]
  const key = mergeKey(kind)
  if (!key || patch.some((item) => isFields(item) && item.$patch === 'replace'))
    return patch.filter((item) => !isFields(item) || item.$patch !== 'replace').map(withoutDirectives)
  const result = [...current]
  for (const item of patch) {
    if (!isFields(item)) continue
    const index = result.findIndex((other) => itemKey(other, [key]) === itemKey(item, [key]))
    if (item.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1)
    } else if (index >= 0) result[index] = strategicMerge(result[index], item, kinds, path)
    else result.push(strategicMerge({}, item, kinds, path))
  }
  return result
}

/** Items that the patch orders come in that order; the server's own keep their places after them. */
function inOrder(list: unknown[], order: unknown[], key: string | undefined): unknown[] {
  const name = (item: unknown): unknown => (key && isFields(item) ? item[key] : item)
  const rank = new Map(order.map((item, index) => [name(item), index]))
  const ordered = list.filter((item) => rank.has(name(item)))
  ordered.sort((a, b) => (rank.get(name(a)) ?? 0) - (rank.get(name(b)) ?? 0))
  return [...ordered, ...list.filter((item) => !rank.has(name(item)))]
}

function withoutDirectives<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutDirectives) as T
  if (!isFields(value)) return value
  const kept = Object.entries(value).filter(([key, inner]) => !key.startsWith('$') && inner !== null)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDirectives(inner)])) as T
}
