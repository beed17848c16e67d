import { z } from 'zod'
import { GrammarError } from './gbnf.ts'

export const kinds = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const
export type Kind = (typeof kinds)[number]

const count = z.int().min(0)
const schemas = z.array(z.unknown()).min(1).max(64)
const named = z.record(z.string(), z.unknown())
const kind = z.enum(kinds)

/** What only tells about a schema, and constrains nothing. */
const annotations = {
  title: z.unknown(),
  description: z.unknown(),
  default: z.unknown(),
  examples: z.unknown(),
  deprecated: z.unknown(),
  readOnly: z.unknown(),
  writeOnly: z.unknown(),
  discriminator: z.unknown(),
  $comment: z.unknown(),
  $schema: z.unknown(),
  $id: z.unknown(),
}

/** The keywords of JSON Schema that an answer can be kept to. What a keyword holds is read when its turn comes. */
const keywords = z
  .strictObject({
    ...annotations,
    $defs: named,
    definitions: named,
    $ref: z.string(),
    type: z.union([z.array(kind).min(1), kind]),
    const: z.unknown(),
    enum: z.array(z.unknown()).min(1).max(1_000),
    anyOf: schemas,
    oneOf: schemas,
    allOf: z.array(z.unknown()).length(1, 'must have one schema: several together are not supported'),
    properties: named,
    required: z.array(z.string()),
    additionalProperties: z.unknown(),
    prefixItems: schemas,
    items: z.unknown(),
    minItems: count,
    maxItems: count,
    minLength: count,
    maxLength: count,
    pattern: z.string().max(1_000),
    format: z.string(),
    minimum: z.number(),
    maximum: z.number(),
    exclusiveMinimum: z.number(),
    exclusiveMaximum: z.number(),
  })
  .partial()
export type Keywords = z.infer<typeof keywords>

/** A schema, and where it stands. */
export interface Place {
  schema: Keywords
  path: readonly (string | number)[]
}

/** Reads one schema, without those inside it; `true` is the one that takes anything. @throws GrammarError */
export function readSchema(given: unknown, path: Place['path']): Place {
  if (given === true) return { schema: anything, path }
  if (given === false)
    throw new GrammarError(path, 'allows no value, so that there is nothing to answer with')
  const parsed = keywords.safeParse(given)
  // The schema itself, not its copy: which one it is matters, and a copy would lose a property named __proto__.
  if (parsed.success) return { schema: given as Keywords, path }
  const [issue] = parsed.error.issues
  const at = [...path, ...(issue?.path.filter((key) => typeof key !== 'symbol') ?? [])]
  if (issue?.code === 'unrecognized_keys') {
    throw new GrammarError([...at, issue.keys[0] ?? ''], 'is not supported', true)
  }
  throw new GrammarError(at, issue?.message ?? 'is not a JSON schema')
}

const anything: Keywords = {}

/** Keywords that say what a value is by other schemas; beside them nothing else is kept to. */
const referring = ['$ref', 'anyOf', 'oneOf', 'allOf', 'const', 'enum'] as const
const beside = new Set([...Object.keys(annotations), '$defs', 'definitions', 'type'])

/** @throws GrammarError when a schema has constraints of two sorts, of which only one could be kept to */
export function expectOneSort({ schema, path }: Place): void {
  const refers = referring.find((keyword) => keyword in schema)
  if (!refers) return
  const other = Object.keys(schema).find((keyword) => keyword !== refers && !beside.has(keyword))
  if (other) throw new GrammarError([...path, other], `is not supported beside ${refers}`, true)
}

/** What a reference within the document points to, such as `#/$defs/item`. @throws GrammarError */
export function follow(root: unknown, { schema, path }: Place): Place {
  const [start, ...steps] = (schema.$ref ?? '').split('/')
  const names = steps.map(decoded)
  const target = names.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && name !== undefined && Object.hasOwn(at, name)
        ? Reflect.get(at, name)
        : undefined,
    root,
  )
  if (start !== '#' || target === undefined) {
    throw new GrammarError(
      [...path, '$ref'],
      'must point to a schema in the same document, as #/$defs/name does',
    )
  }
  return readSchema(
    target,
    names.filter((name) => name !== undefined),
  )
}

function decoded(step: string): string | undefined {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}
