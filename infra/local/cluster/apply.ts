import { ApiError, type Cause } from './errors.ts'
import { type FieldSet, fromFieldsV1, leavesOf, readable, removePath, toFieldsV1 } from './fieldsets.ts'
import { itemKey, type ListKinds } from './listkeys.ts'
import {
  clone,
  type Fields,
  fieldsOf,
  isFields,
  type KubeObject,
  type ManagedFields,
  same,
  timestamp,
} from './objects.ts'

export interface Writer {
  manager: string
  apiVersion: string
  subresource: string | undefined
}

/** The live value with what was applied laid over it: maps merge, lists by their keys or as sets. */
function laidOver(live: unknown, applied: unknown, kinds: ListKinds, names: string[]): unknown {
  if (isFields(applied)) {
    const result: Fields = isFields(live) ? { ...live } : {}
    for (const [key, value] of Object.entries(applied))
      if (value !== null) result[key] = laidOver(result[key], value, kinds, [...names, key])
    return result
  }
  const kind = kinds(names)
  if (!Array.isArray(applied) || !Array.isArray(live) || kind === 'atomic') return clone(applied)
  if (kind === 'set') return [...new Set([...live, ...applied])]
  const result: unknown[] = [...live]
  for (const item of applied) {
    const index = result.findIndex((other) => itemKey(other, kind) === itemKey(item, kind))
    if (index < 0) result.push(clone(item))
    else result[index] = laidOver(result[index], item, kinds, names)
  }
  return result
}

/** Throws a 409 when a field that another manager applied is to get another value. */
function refuseConflicts(
  declared: Map<string, unknown>,
  actual: Map<string, unknown>,
  others: { entry: ManagedFields; set: FieldSet }[],
): void {
  const causes = others.flatMap(({ entry, set }) =>
    [...set]
      .filter((path) => declared.has(path) && actual.has(path))
      .filter((path) => !same(actual.get(path), declared.get(path)))
      .map((path): Cause => {
        const message = `conflict with "${entry.manager}" using ${entry.apiVersion}`
        return { reason: 'FieldManagerConflict', message, field: readable(path) }
      }),
  )
  if (causes.length === 0) return
  const told = causes.map((cause) => `${cause.message}: ${cause.field}`).join('\n')
  const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`
  throw new ApiError(409, 'Conflict', `Apply failed with ${count}: ${told}`, { causes })
}

/**
 * Server-side apply: merges what a manager declares, removes what it declared before and no longer does (unless
 * somebody else owns it too), and refuses to change a field that another applied, without `force`.
 */
export function serverSideApply(
  live: KubeObject | undefined,
  applied: Fields,
  writer: Writer,
  force: boolean,
  kinds: ListKinds,
): Fields {
  const entries = live?.metadata.managedFields ?? []
  const declared = leavesOf(applied, kinds)
  const actual = live ? leavesOf(live, kinds) : new Map<string, unknown>()
  const mine = entries.find(
    (entry) => entry.manager === writer.manager && entry.subresource === writer.subresource,
  )
  const others = entries
    .filter((entry) => entry !== mine)
    .map((entry) => ({ entry, set: fromFieldsV1(entry.fieldsV1) }))
  if (!force) refuseConflicts(declared, actual, others)
  for (const { set } of others)
    for (const path of set)
      if (declared.has(path) && !same(actual.get(path), declared.get(path))) set.delete(path)

  const merged = laidOver(live ?? {}, applied, kinds, []) as Fields
  for (const path of mine ? fromFieldsV1(mine.fieldsV1) : [])
    if (!declared.has(path) && !others.some(({ set }) => set.has(path))) removePath(merged, path, kinds)

  const fieldsV1 = toFieldsV1(declared.keys())
  const { manager, apiVersion, subresource } = writer
  const entry: ManagedFields = {
    manager,
    operation: 'Apply',
    apiVersion,
    time: timestamp(),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource ? { subresource } : {}),
  }
  const kept = others.filter(({ set }) => set.size > 0)
  const managedFields = [
    ...kept.map(({ entry: other, set }) => ({ ...other, fieldsV1: toFieldsV1(set) })),
    mine && same(mine.fieldsV1, fieldsV1) ? mine : entry,
  ]
  return { ...merged, metadata: { ...fieldsOf(merged.metadata), managedFields } }
}
