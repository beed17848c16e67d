import { GrammarError } from './gbnf.ts'
import { expectOneSort, follow, type Kind, kinds, type Place, readSchema } from './keywords.ts'

/** One thing that a value may be: one of some texts, or a value of one kind under its schema's constraints. */
export type Alternative =
  | { kind: 'literal'; texts: readonly string[] }
  | { kind: Exclude<Kind, 'boolean' | 'null'>; place: Place }

/** Alternatives of one value at most; those of unions within unions count. */
const most = 256
/** References that lead to references, and unions within unions. */
const deepest = 64

/** Reads schemas of one document. */
export interface Alternatives {
  /**
   * What a value under a schema may be, with references followed and unions flattened, but nothing inside of objects and arrays.
   * @throws GrammarError
   */
  of(place: Place): readonly Alternative[]
  /** The members of each `oneOf` that was met. */
  exclusive: { path: Place['path']; members: readonly (readonly Alternative[])[] }[]
}

export function readAlternatives(root: unknown): Alternatives {
  const known = new Map<unknown, readonly Alternative[]>()
  const open = new Set<unknown>()
  const exclusive: Alternatives['exclusive'] = []

  function of(place: Place): readonly Alternative[] {
    const { schema, path } = place
    const before = known.get(schema)
    if (before) return before
    if (open.has(schema) || open.size > deepest) {
      throw new GrammarError(path, 'refers to itself with no object or array between, or is nested too deep')
    }
    open.add(schema)
    const found = read(place)
    open.delete(schema)
    if (found.length > most) throw new GrammarError(path, `has more than ${most} alternatives`)
    known.set(schema, found)
    return found
  }

  function read(place: Place): readonly Alternative[] {
    const { schema, path } = place
    expectOneSort(place)
    const types = schema.type === undefined ? undefined : [schema.type].flat()
    const united = (['anyOf', 'oneOf', 'allOf'] as const).find((keyword) => schema[keyword])
    if (united || schema.$ref !== undefined) {
      const members = united
        ? (schema[united] ?? []).map((one, index) => of(readSchema(one, [...path, united, index])))
        : [of(follow(root, place))]
      if (united === 'oneOf') exclusive.push({ path: [...path, united], members })
      const found = members.flat()
      const fitting = types ? found.flatMap((one) => narrowed(one, types)) : found
      if (fitting.length === 0) throw new GrammarError([...path, 'type'], 'leaves no value')
      return distinct(fitting)
    }
    if ('const' in schema) return literals([schema.const], types, [...path, 'const'])
    if (schema.enum) return literals(schema.enum, types, [...path, 'enum'])
    const all = (types ?? kinds.filter((kind) => kind !== 'integer')).map((kind): Alternative => {
      if (kind === 'null') return { kind: 'literal', texts: ['null'] }
      if (kind === 'boolean') return { kind: 'literal', texts: ['true', 'false'] }
      return { kind, place }
    })
    return distinct(all)
  }

  return { of, exclusive }
}

/** The same schema twice, as through two references, is one alternative; so are all texts. */
function distinct(alternatives: readonly Alternative[]): Alternative[] {
  const texts = alternatives.flatMap((one) => (one.kind === 'literal' ? one.texts : []))
  const seen = new Map<unknown, Set<string>>()
  const others = alternatives.filter((one) => {
    if (one.kind === 'literal') return false
    const kindsSeen = seen.get(one.place.schema) ?? new Set()
    seen.set(one.place.schema, kindsSeen)
    if (kindsSeen.has(one.kind)) return false
    kindsSeen.add(one.kind)
    return true
  })
  return texts.length > 0 ? [{ kind: 'literal', texts: [...new Set(texts)] }, ...others] : others
}

function literals(values: readonly unknown[], types: Kind[] | undefined, path: Place['path']): Alternative[] {
  const fitting = types ? values.filter((value) => types.some((type) => isOf(value, type))) : values
  if (fitting.length === 0) throw new GrammarError(path, 'has no value of its type')
  return [{ kind: 'literal', texts: [...new Set(fitting.map((value) => JSON.stringify(value)))] }]
}

function narrowed(alternative: Alternative, types: readonly Kind[]): Alternative[] {
  if (alternative.kind === 'literal') {
    const texts = alternative.texts.filter((text) => types.some((type) => isOf(JSON.parse(text), type)))
    return texts.length > 0 ? [{ kind: 'literal', texts }] : []
  }
  const { kind } = alternative
  if (types.includes(kind) || (kind === 'integer' && types.includes('number'))) return [alternative]
  return kind === 'number' && types.includes('integer') ? [{ ...alternative, kind: 'integer' }] : []
}

function isOf(value: unknown, type: Kind): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
