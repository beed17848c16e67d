import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { Cause } from './errors.ts'
import { clone, type Fields, fieldsOf, isFields } from './objects.ts'

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, allowUnionTypes: true })
// ajv-formats is CommonJS: under nodenext its default export is the module itself.
addFormats.default(ajv)

/** OpenAPI v3.0 as CRDs have it, to JSON Schema as Ajv has it. */
function toJsonSchema(schema: Fields): Fields {
  const result: Fields = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith('x-kubernetes-') || key === 'default' || key === 'example') continue
    if (key === 'properties' && isFields(value))
      result.properties = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, toJsonSchema(fieldsOf(inner))]),
      )
    else if (isFields(value)) result[key] = toJsonSchema(value)
    else if (Array.isArray(value) && /^(allOf|anyOf|oneOf)$/.test(key))
      result[key] = value.map((inner) => toJsonSchema(fieldsOf(inner)))
    else result[key] = value
  }
  for (const bound of ['minimum', 'maximum']) {
    const exclusive = `exclusive${bound[0]?.toUpperCase()}${bound.slice(1)}`
    if (result[exclusive] === true) {
      result[exclusive] = result[bound]
      delete result[bound]
    } else if (result[exclusive] === false) delete result[exclusive]
  }
  if (schema['x-kubernetes-int-or-string'] === true) result.type = ['integer', 'string']
  return result
}

/** Fills `default`s in place, as the API server does on write and on read. */
export function applyDefaults(value: unknown, schema: Fields): void {
  if (Array.isArray(value)) {
    for (const item of value) applyDefaults(item, fieldsOf(schema.items))
    return
  }
  if (!isFields(value)) return
  const properties = fieldsOf(schema.properties)
  for (const [key, inner] of Object.entries(properties)) {
    if (!isFields(inner)) continue
    if (value[key] === undefined && inner.default !== undefined) value[key] = clone(inner.default)
    if (value[key] === null && inner.nullable !== true && inner.default !== undefined)
      value[key] = clone(inner.default)
    applyDefaults(value[key], inner)
  }
  if (!isFields(schema.additionalProperties)) return
  for (const [key, inner] of Object.entries(value))
    if (!properties[key]) applyDefaults(inner, schema.additionalProperties)
}

const embedded = ['apiVersion', 'kind', 'metadata']

/** Removes in place the fields that the schema does not know; answers their paths. */
export function prune(value: unknown, schema: Fields, path = '', root = true): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => prune(item, fieldsOf(schema.items), `${path}[${i}]`, false))
  if (!isFields(value)) return []
  const properties = fieldsOf(schema.properties)
  const preserve = schema['x-kubernetes-preserve-unknown-fields'] === true
  const object = root || schema['x-kubernetes-embedded-resource'] === true
  const pruned: string[] = []
  for (const [key, inner] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key
    if (object && embedded.includes(key)) continue
    const known = properties[key] ?? schema.additionalProperties
    if (isFields(known)) pruned.push(...prune(inner, known, at, false))
    else if (!preserve && known !== true) {
      delete value[key]
      pruned.push(at)
    }
  }
  return pruned
}

const pathOf = (error: ErrorObject): string =>
  error.instancePath
    .split('/')
    .slice(1)
    .map((part) =>
      /^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`,
    )
    .join('')
    .replace(/^\./, '')

const under = (path: string, name: unknown): string => (path ? `${path}.${String(name)}` : String(name))

function causeOf(error: ErrorObject): Cause {
  const field = pathOf(error)
  const shown = JSON.stringify(isFields(error.data) ? 'object' : error.data)
  const bad = (reason: string, why: string): Cause => ({
    reason,
    field: field || '<nil>',
    message: `Invalid value: ${shown}: ${field} in body ${why}`,
  })
  const limit = String(error.params.limit)
  switch (error.keyword) {
    case 'required':
      return {
        reason: 'FieldValueRequired',
        field: under(field, error.params.missingProperty),
        message: 'Required value',
      }
    case 'enum': {
      const allowed: unknown[] = Array.isArray(error.params.allowedValues) ? error.params.allowedValues : []
      const supported = allowed.map((value) => JSON.stringify(value)).join(', ')
      return {
        reason: 'FieldValueNotSupported',
        field,
        message: `Unsupported value: ${shown}: supported values: ${supported}`,
      }
    }
    case 'type':
      return bad('FieldValueTypeInvalid', `must be of type ${String(error.params.type)}: ${shown}`)
    case 'minimum':
      return bad('FieldValueInvalid', `should be greater than or equal to ${limit}`)
    case 'maximum':
      return bad('FieldValueInvalid', `should be less than or equal to ${limit}`)
    case 'pattern':
      return bad('FieldValueInvalid', `should match '${String(error.params.pattern)}'`)
    default:
      return bad('FieldValueInvalid', error.message ?? 'is not valid')
  }
}

const compiled = new WeakMap<Fields, ValidateFunction>()

/** What is wrong with a custom object by its structural schema; empty when nothing is. */
export function schemaCauses(value: unknown, schema: Fields): Cause[] {
  let validate = compiled.get(schema)
  if (!validate) {
    validate = ajv.compile(toJsonSchema(schema))
    compiled.set(schema, validate)
  }
  if (validate(value)) return []
  return (validate.errors ?? []).filter((error) => !/^(anyOf|oneOf|if)$/.test(error.keyword)).map(causeOf)
}
