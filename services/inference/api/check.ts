import type { z } from 'zod'
import { ApiFailure } from './failure.ts'

/** OpenAI's clients send null for what is left out. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)

/** Parameters that change nothing of the answer: who asks, and where it is kept. */
const harmless = new Set([
  'user',
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
])

/** Parameters that this engine does not have, in the one form in which they ask for nothing. */
const asksForNothing: Record<string, (value: unknown) => boolean> = {
  best_of: (value) => value === 1,
  echo: (value) => value === false,
  suffix: (value) => value === '',
  functions: (value) => Array.isArray(value) && value.length === 0,
  function_call: (value) => value === 'none' || value === 'auto',
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === 'text'),
}

/** What a request says, by a schema. @throws ApiFailure that names the first mistake */
export function check<Schema extends z.ZodObject>(schema: Schema, body: unknown): z.infer<Schema> {
  if (!isObject(body)) throw new ApiFailure(400, 'invalid_request', 'Send the request as one JSON object.')
  const given: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    if (name in schema.shape) given[name] = value
    else if (value !== null && !harmless.has(name) && !asksForNothing[name]?.(value)) throw unsupported(name)
  }
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw mistake(parsed.error.issues[0], given)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A place in a request, as OpenAI names it: `messages[0].role`. */
export function paramOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key)}`))
    .join('')
}

export function unsupported(name: string, why = 'is not supported here; leave it out'): ApiFailure {
  const param = name.slice(0, 300)
  return new ApiFailure(400, 'unsupported_parameter', `The parameter ${param} ${why}.`, { param })
}

export function invalid(param: string, message: string): ApiFailure {
  return new ApiFailure(400, 'invalid_value', message, { param })
}

/** The first mistake, by the path that OpenAI names it by. Of a union, the member that came furthest tells more. */
function mistake(issue: z.core.$ZodIssue | undefined, given: object): ApiFailure {
  const told = issue && furthest(issue)
  const path = told?.path ?? []
  const param = paramOf(path)
  if (told?.code === 'unrecognized_keys')
    return unsupported(`${param}${param ? '.' : ''}${told.keys[0] ?? ''}`)
  if (path.length === 1 && !(String(path[0]) in given)) {
    return new ApiFailure(400, 'missing_required_parameter', `The parameter ${param} is missing.`, { param })
  }
  return invalid(param, `The parameter ${param} is wrong: ${told?.message ?? 'it is not as documented'}.`)
}

function furthest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors.flatMap((issues) => issues.slice(0, 1)).map(furthest)
  const deepest = inner.sort((a, b) => b.path.length - a.path.length)[0]
  return deepest ? { ...deepest, path: [...issue.path, ...deepest.path] } : issue
}
