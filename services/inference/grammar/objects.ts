import { oneCharacter, plain } from './characters.ts'
import { comma, GrammarError, literal, type Rules } from './gbnf.ts'
import { type Place, readSchema } from './keywords.ts'
import { noneOf } from './tries.ts'

/** What is written of an object: its properties in the schema's order, then others where the schema names their schema or none at all. */
export interface ObjectPlan {
  properties: readonly { key: string; place: Place; required: boolean }[]
  /** The schema of properties without a name; undefined when none are written. */
  others: Place | undefined
}

const longestKey = 256
/** Properties that may all come next, since those before may be left out: each token is tried against each of them. */
const mostInRow = 100

/**
 * A schema that leaves further properties open, without asking for them, gets none: models do not know when to stop.
 * @throws GrammarError
 */
export function planObject({ schema, path }: Place): ObjectPlan {
  const required = new Set(schema.required)
  const named = Object.entries(schema.properties ?? {})
  const rest = schema.additionalProperties
  const missing = [...required].filter((key) => !Object.hasOwn(schema.properties ?? {}, key))
  if (rest === false && missing.length > 0) {
    throw new GrammarError(
      [...path, 'required'],
      `names ${JSON.stringify(missing[0])}, which is no property here`,
    )
  }
  for (const key of [...named.map(([key]) => key), ...missing]) {
    if (key.length > longestKey)
      throw new GrammarError(path, `has a name of more than ${longestKey} characters`)
  }
  const othersPath = [...path, 'additionalProperties']
  const others = readSchema(rest === undefined || rest === false ? true : rest, othersPath)
  const isOpen = rest === undefined ? named.length === 0 && missing.length === 0 : rest !== false
  const properties = [
    ...named.map(([key, value]) => ({
      key,
      place: readSchema(value, [...path, 'properties', key]),
      required: required.has(key),
    })),
    ...missing.map((key) => ({ key, place: others, required: true })),
  ]
  let inRow = 0
  for (const one of properties) {
    inRow = one.required ? 0 : inRow + 1
    if (inRow > mostInRow) {
      throw new GrammarError(path, `has more than ${mostInRow} properties in a row that may be left out`)
    }
  }
  return {
    properties,
    others: isOpen ? others : undefined,
  }
}

const keyText = (key: string) => literal(`${JSON.stringify(key)}:`)

/** The properties that an object may begin with: those before the first one that it must have, and that one. */
export function firstProperties({ properties }: ObjectPlan): ObjectPlan['properties'] {
  const first = properties.findIndex(({ required }) => required)
  return first < 0 ? properties : properties.slice(0, first + 1)
}

/** The rule's body for any object of a plan. @param valueRule names the rule for what a property holds */
export function objectText(place: Place, rules: Rules, valueRule: (place: Place) => string): string {
  const { properties, others } = planObject(place)
  const pairs = properties.map(({ key, place: inner, required }) => ({
    text: `${keyText(key)} " "? ${valueRule(inner)}`,
    required,
  }))
  // From the last property to the first: what may come from there on, as the first pair and after another one.
  let first = '"}"'
  let next = '"}"'
  if (others) {
    const key = noneOf(
      properties.map((one) => one.key),
      rules.add(`${oneCharacter(plain)}*`),
      rules,
    )
    const pair = rules.add(`"\\"" ${key} "\\":" " "? ${valueRule(others)}`)
    next = rules.add(`(${comma} ${pair})* "}"`)
    first = rules.add(`(${pair} ${next} | "}")`)
  }
  for (const { text, required } of pairs.reverse()) {
    const after = next
    next = rules.add(required ? `${comma} ${text} ${after}` : `(${comma} ${text} ${after} | ${next})`)
    first = rules.add(required ? `${text} ${after}` : `(${text} ${after} | ${first})`)
  }
  return `"{" ${first}`
}
