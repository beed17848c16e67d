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
 * Strategic merge patch, as `kubectl apply` sends it for built-in kinds: maps merge, keyed lists merge by key, other
 * lists are replaced; with the directives `$patch` and `$retainKeys`. The others only order lists: see LIMITS.md.
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
    if (key.startsWith('$')) continue
    if (value === null || (isFields(value) && value.$patch === 'delete')) delete result[key]
    else if (Array.isArray(value)) result[key] = mergeList(result[key], value, kinds, [...path, key])
    else if (isFields(value)) result[key] = strategicMerge(result[key], value, kinds, [...path, key])
    else result[key] = value
  }
  return result
}

function mergeList(target: unknown, patch: unknown[], kinds: ListKinds, path: string[]): unknown[] {
  const kind = kinds(path)
  const current: unknown[] = Array.isArray(target) ? target : []
  if (kind === 'set') return [...new Set([...current, ...patch])]
  // A strategic merge looks only at the first key: `containerPort`, not `protocol`.
  const key = kind === 'atomic' ? undefined : kind[0]
  const replaces = (item: unknown): boolean => isFields(item) && item.$patch === 'replace'
  if (!key || patch.some(replaces))
    return patch.filter((item) => !replaces(item)).map((item) => withoutDirectives(item))
  const result = [...current]
  for (const item of patch) {
    if (!isFields(item)) continue
    const index = result.findIndex((other) => itemKey(other, [key]) === itemKey(item, [key]))
    if (item.$patch !== 'delete') {
      const merged = strategicMerge(result[index], item, kinds, path)
      if (index >= 0) result[index] = merged
      else result.push(merged)
    } else if (index >= 0) result.splice(index, 1)
  }
  return result
}

function withoutDirectives<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutDirectives) as T
  if (!isFields(value)) return value
  const kept = Object.entries(value).filter(([key, inner]) => !key.startsWith('$') && inner !== null)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDirectives(inner)])) as T
}
