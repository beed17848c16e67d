import { ApiError } from './errors.ts'
import {
  difference,
  type FieldSet,
  fromFieldsV1,
  leavesOf,
  removePath,
  segmentsOf,
  toFieldsV1,
} from './fieldsets.ts'
import { itemKey, type ListKinds } from './listkeys.ts'
import {
  clone,
  type Fields,
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

const isMine = (entry: ManagedFields, writer: Writer, operation: string): boolean =>
  entry.manager === writer.manager &&
  entry.operation === operation &&
  (entry.subresource ?? '') === (writer.subresource ?? '')

function entryOf(writer: Writer, operation: 'Apply' | 'Update', set: FieldSet): ManagedFields {
  return {
    manager: writer.manager,
    operation,
    apiVersion: writer.apiVersion,
    time: timestamp(),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  }
}

/** A readable path for conflict messages: `.spec.template.spec.containers[name="main"].image`. */
function readable(path: string): string {
  return segmentsOf(path)
    .map((segment) => {
      if (segment.startsWith('f:')) return `.${segment.slice(2)}`
      if (segment === '.') return ''
      const inner: unknown = segment.startsWith('k:') ? JSON.parse(segment.slice(2)) : undefined
      if (!isFields(inner)) return `[=${segment.slice(2)}]`
      const keys = Object.entries(inner).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      return `[${keys.join(',')}]`
    })
    .join('')
}

function deepMerge(live: unknown, applied: unknown, kinds: ListKinds, names: string[]): unknown {
  if (isFields(applied)) {
    const result: Fields = isFields(live) ? { ...live } : {}
    for (const [key, value] of Object.entries(applied))
      if (value !== null) result[key] = deepMerge(result[key], value, kinds, [...names, key])
    return result
  }
  if (!Array.isArray(applied) || !Array.isArray(live)) return clone(applied)
  const kind = kinds(names)
  if (kind === 'atomic') return clone(applied)
  if (kind === 'set') return [...new Set([...live, ...applied])]
  const result: unknown[] = [...live]
  for (const item of applied) {
    const index = result.findIndex((other) => itemKey(other, kind) === itemKey(item, kind))
    if (index < 0) result.push(clone(item))
    else result[index] = deepMerge(result[index], item, kinds, names)
  }
  return result
}

/**
 * Server-side apply: merges what a manager declares, removes what it declared before and no longer does (unless
 * somebody else owns it too), and refuses to change another manager's field without `force`.
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
  const owned: FieldSet = new Set(declared.keys())
  const actual = live ? leavesOf(live, kinds) : new Map<string, unknown>()
  const mine = entries.find((entry) => isMine(entry, writer, 'Apply'))
  const others = entries
    .filter((entry) => entry !== mine)
    .map((entry) => ({ entry, set: fromFieldsV1(entry.fieldsV1) }))

  const causes: { reason: string; message: string; field: string }[] = []
  for (const { entry, set } of others) {
    for (const path of set) {
      if (!owned.has(path) || !actual.has(path) || same(actual.get(path), declared.get(path))) continue
      if (force) set.delete(path)
      else
        causes.push({
          reason: 'FieldManagerConflict',
          message: `conflict with "${entry.manager}" using ${entry.apiVersion}`,
          field: readable(path),
        })
    }
  }
  if (causes.length > 0) {
    const told = causes.map((cause) => `${cause.message}: ${cause.field}`).join('\n')
    const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`
    throw new ApiError(409, 'Conflict', `Apply failed with ${count}: ${told}`, { causes })
  }

  const merged = deepMerge(live ?? {}, applied, kinds, []) as Fields
  const before = mine ? fromFieldsV1(mine.fieldsV1) : new Set<string>()
  for (const path of before)
    if (!owned.has(path) && !others.some(({ set }) => set.has(path))) removePath(merged, path, kinds)

  const kept = others.filter(({ set }) => set.size > 0)
  const managedFields = [
    ...kept.map(({ entry, set }) => ({ ...entry, fieldsV1: toFieldsV1(set) })),
    mine && same(mine.fieldsV1, toFieldsV1(owned)) ? mine : entryOf(writer, 'Apply', owned),
  ]
  return { ...merged, metadata: { ...(isFields(merged.metadata) ? merged.metadata : {}), managedFields } }
}

/** After a create, replace or patch: its changed fields become the writer's, and are taken from everybody else. */
export function trackUpdate(
  before: KubeObject | undefined,
  after: KubeObject,
  writer: Writer,
  kinds: ListKinds,
): ManagedFields[] {
  const entries = before?.metadata.managedFields ?? []
  const { changed, gone } = difference(before ?? {}, after, kinds)
  if (changed.size === 0 && gone.size === 0) return entries
  const result: ManagedFields[] = []
  let mine: FieldSet = new Set()
  for (const entry of entries) {
    const set = fromFieldsV1(entry.fieldsV1)
    for (const path of gone) set.delete(path)
    if (isMine(entry, writer, 'Update')) {
      mine = set
      continue
    }
    for (const path of changed) set.delete(path)
    if (set.size > 0) result.push({ ...entry, fieldsV1: toFieldsV1(set) })
  }
  mine = new Set([...mine, ...changed])
  if (mine.size > 0) result.push(entryOf(writer, 'Update', mine))
  return result
}
