import { comma, GrammarError, type Rules } from './gbnf.ts'
import { type Place, readSchema } from './keywords.ts'
import { within } from './lengths.ts'

/** The rule's body for any array of a schema. @param valueRule names the rule for its items */
export function arrayText(
  { schema, path }: Place,
  rules: Rules,
  valueRule: (place: Place) => string,
): string {
  const fixed = (schema.prefixItems ?? []).map((one, index) =>
    valueRule(readSchema(one, [...path, 'prefixItems', index])),
  )
  const { least, most } = within(schema.minItems, schema.maxItems, path, 'Items')
  // As with properties: fixed places that leave others open get none.
  const isOpen = schema.items !== false && (fixed.length === 0 || schema.items !== undefined)
  if (fixed.length > 0) {
    if (
      least > fixed.length ||
      (most ?? fixed.length) < fixed.length ||
      (isOpen && schema.items !== undefined)
    ) {
      throw new GrammarError([...path, 'prefixItems'], 'is supported for arrays of just these items', true)
    }
    return `"[" ${fixed.join(` ${comma} `)} "]"`
  }
  if (!isOpen || most === 0) return '"[]"'
  const item = valueRule(readSchema(schema.items ?? true, [...path, 'items']))
  const further = rules.add(`${comma} ${item}`)
  const rest = rules.repeat(further, Math.max(least - 1, 0), most === undefined ? undefined : most - 1)
  const items = `${item} ${rest}`
  return least === 0 ? `"[" (${items} | "") "]"` : `"[" ${items} "]"`
}
