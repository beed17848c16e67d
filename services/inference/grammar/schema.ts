import { type Alternative, type Alternatives, readAlternatives } from './alternatives.ts'
import { type Apart, createApart } from './apart.ts'
import { arrayText } from './arrays.ts'
import { either, GrammarError, type Rules } from './gbnf.ts'
import { type Kind, type Place, readSchema } from './keywords.ts'
import { anyInteger, anyNumber, integerWithin, numberWithin } from './numbers.ts'
import { objectText } from './objects.ts'
import { stringText } from './strings.ts'
import { oneOf } from './tries.ts'

/** Alternatives that may be followed side by side at most. */
const mostSideBySide = 32

/** A rule for a value, and the values that it may contain. */
interface ValueRule {
  place: Place
  /** How many alternatives stay alike while what they contain is being written. */
  alike: number
  within: Set<string>
}

/**
 * Adds the rules for the JSON text of any value under a schema: without blanks but for one after a comma or a colon, and with
 * properties in the schema's order. Whatever is written so is valid; not all that is valid can be written so.
 * @returns the rule's name
 * @throws GrammarError for what an answer cannot be kept to
 */
export function addSchema(schema: unknown, rules: Rules): string {
  const alternatives = readAlternatives(schema)
  const apart = createApart(alternatives)
  const names = new Map<unknown, string>()
  const values = new Map<string, ValueRule>()
  const waiting: [string, Place][] = []

  /** Rules are written one after the other, not one within the other: schemas may be as deep as they like, and lead to themselves. */
  function valueRule(place: Place): string {
    const known = names.get(place.schema)
    if (known !== undefined) return known
    const name = rules.reserve()
    names.set(place.schema, name)
    waiting.push([name, place])
    return name
  }

  const root = valueRule(readSchema(schema, []))
  for (const [name, place] of waiting) {
    const found = alternatives.of(place)
    const within = new Set<string>()
    const valueWithin = (inner: Place) => {
      const rule = valueRule(inner)
      within.add(rule)
      return rule
    }
    const expressions = found.map((one) => expressionOf(one, rules, valueWithin))
    rules.define(name, either(expressions))
    values.set(name, { place, alike: countAlike(found, apart, place), within })
  }
  expectExclusive(alternatives, apart)
  expectFewSideBySide(values)
  return root
}

function expressionOf(one: Alternative, rules: Rules, valueRule: (place: Place) => string): string {
  if (one.kind === 'literal') return rules.add(oneOf(one.texts))
  const { kind, place } = one
  return rules.add(expressions[kind](place, rules, valueRule))
}

type Expression = (place: Place, rules: Rules, valueRule: (place: Place) => string) => string

const expressions: Record<Exclude<Kind, 'boolean' | 'null'>, Expression> = {
  object: objectText,
  array: arrayText,
  string: stringText,
  integer: ({ schema, path }) => (isBounded(schema) ? some(integerWithin(schema), path) : anyInteger),
  number: ({ schema, path }) => (isBounded(schema) ? some(numberWithin(schema), path) : anyNumber),
}

const isBounded = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Place['schema']) =>
  [minimum, maximum, exclusiveMinimum, exclusiveMaximum].some((bound) => bound !== undefined)

function some(expression: string | undefined, path: Place['path']): string {
  if (expression !== undefined) return expression
  throw new GrammarError(path, 'leaves no number of fifteen digits at most')
}

/** @throws GrammarError when so many begin alike that following them would hold up everybody */
function countAlike(found: readonly Alternative[], apart: Apart, { path }: Place): number {
  const groups = Map.groupBy(found, ({ kind }) => (kind === 'integer' ? 'number' : kind))
  const counts = [...groups.values()].map((group) => {
    if (group.length > mostSideBySide) {
      throw new GrammarError(path, `has more than ${mostSideBySide} alternatives that begin alike`)
    }
    const areApart = group.every((one, index) =>
      group.slice(index + 1).every((other) => apart.soon(one, other)),
    )
    return areApart ? 1 : group.length
  })
  return Math.max(1, ...counts)
}

function expectFewSideBySide(values: ReadonlyMap<string, ValueRule>): void {
  const counts = new Map([...values].map(([name, { alike }]) => [name, alike]))
  for (let grown = true; grown; ) {
    grown = false
    for (const [name, { alike, within: inner, place }] of values) {
      const count = alike * Math.max(1, ...[...inner].map((one) => counts.get(one) ?? 1))
      if (count > mostSideBySide) {
        throw new GrammarError(
          place.path,
          'contains alternatives that cannot be told apart by their first property; give each a first property, required, with a const of its own',
        )
      }
      if (count > (counts.get(name) ?? 1)) grown = true
      counts.set(name, count)
    }
  }
}

function expectExclusive({ exclusive }: Alternatives, apart: Apart): void {
  for (const { path, members } of exclusive) {
    const overlap = members.some((member, index) =>
      members
        .slice(index + 1)
        .some((other) => member.some((one) => other.some((two) => !apart.exclusive(one, two)))),
    )
    if (overlap) {
      throw new GrammarError(
        path,
        'has alternatives that a value could be valid for at once; use anyOf',
        true,
      )
    }
  }
}
