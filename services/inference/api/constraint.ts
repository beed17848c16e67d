import { z } from 'zod'
import type { Sampling } from '../engine/engine.ts'
import { createRules, GrammarError, literal } from '../grammar/gbnf.ts'
import { addSchema } from '../grammar/schema.ts'
import { callsText, type Form } from '../tools/form.ts'
import { invalid, optional, paramOf, unsupported } from './check.ts'
import type { Calling } from './tools.ts'

export const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, underscores and dashes'),
      description: optional(z.string()),
      schema: optional(z.record(z.string(), z.unknown())),
      // An answer is always kept to the schema.
      strict: optional(z.boolean()),
    }),
  }),
])
export type ResponseFormat = z.infer<typeof responseFormat>

const schemaPath = ['response_format', 'json_schema', 'schema']

/**
 * What an answer has to keep to: a schema, calls of tools, one of both, or nothing. Where calls may come amid text, only they are
 * constrained, from their opening on.
 * @throws ApiFailure that names the part of a schema that an answer cannot be kept to
 */
export function constraintOf(
  format: ResponseFormat | undefined,
  { tools, required, most }: Calling,
  form: Form,
): Pick<Sampling, 'grammar' | 'trigger'> {
  const rules = createRules()
  const schema = required ? undefined : schemaOf(format)
  const value = schema === undefined ? undefined : placed(schemaPath, () => addSchema(schema, rules))
  if (tools.length === 0) return value === undefined ? {} : { grammar: rules.text(value) }
  const argumentRules = new Map(
    tools.map(({ name, parameters, index }) => [
      name,
      placed(['tools', index, 'function', 'parameters'], () => addSchema(parameters, rules)),
    ]),
  )
  const after = placed(['tools'], () =>
    callsText(form, tools, most, ({ name }) => argumentRules.get(name) ?? '', rules),
  )
  const opening = literal(form.opening)
  if (required) return { grammar: rules.text(`${opening} ${after}`) }
  if (value !== undefined) return { grammar: rules.text(`${value} | ${opening} ${after}`) }
  return { grammar: rules.text(after), trigger: { text: form.opening, atStart: form.atStart } }
}

function schemaOf(format: ResponseFormat | undefined): unknown {
  if (format === undefined || format.type === 'text') return undefined
  return format.type === 'json_object' ? { type: 'object' } : (format.json_schema.schema ?? {})
}

/** Tells a mistake in a schema by its place in the request. */
function placed<Result>(path: readonly (string | number)[], make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error
    const param = paramOf([...path, ...error.path])
    if (error.unsupported) throw unsupported(param, error.message)
    throw invalid(param.slice(0, 300), `The parameter ${param.slice(0, 300)} is wrong: it ${error.message}.`)
  }
}
