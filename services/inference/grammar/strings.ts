import { oneCharacter, plain } from './characters.ts'
import { formats } from './formats.ts'
import { GrammarError, type Rules } from './gbnf.ts'
import type { Place } from './keywords.ts'
import { within } from './lengths.ts'
import { patternText } from './pattern.ts'

/** The rule's body for any string of a schema. */
export function stringText({ schema, path }: Place, rules: Rules): string {
  const { format, pattern } = schema
  const { least, most } = within(schema.minLength, schema.maxLength, path, 'Length')
  const lengths = least > 0 || most !== undefined
  const given = [format !== undefined && 'format', pattern !== undefined && 'pattern', lengths && 'length']
  const [sort, other] = given.filter((one) => one !== false)
  if (sort && other) {
    const keyword =
      other === 'pattern' ? 'pattern' : schema.maxLength === undefined ? 'minLength' : 'maxLength'
    throw new GrammarError([...path, keyword], `is not supported beside ${sort}`, true)
  }
  if (format !== undefined) {
    const text = Object.hasOwn(formats, format) ? formats[format] : undefined
    if (text === undefined) throw new GrammarError([...path, 'format'], `${format} is not supported`, true)
    return `"\\"" ${rules.add(text)} "\\""`
  }
  if (pattern !== undefined) return `"\\"" ${patternText(pattern, [...path, 'pattern'], rules)} "\\""`
  const character = rules.add(`${oneCharacter(plain)} | "\\\\" (["\\\\/bfnrt] | ${escapedByNumber})`)
  return `"\\"" ${rules.repeat(character, least, most)} "\\""`
}

/** No half of a surrogate pair. */
const escapedByNumber = '"u" ([0-9a-cA-CefEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2})'
