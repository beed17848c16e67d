import { ApiError } from './errors.ts'
import type { Fields } from './objects.ts'

/**
 * Bodies in Kubernetes' protobuf encoding (API concepts, "Alternate representations of resources"). `kubectl create
 * namespace|configmap|secret|serviceaccount` sends nothing else; other kinds are answered with 415.
 */
type Kind = 'text' | 'bytes' | 'texts' | 'flag' | 'textMap' | 'bytesMap' | Schema
interface Schema {
  [field: number]: [name: string, kind: Kind]
}

const meta: Schema = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  11: ['labels', 'textMap'],
  12: ['annotations', 'textMap'],
  14: ['finalizers', 'texts'],
}
const schemas: Record<string, Schema> = {
  Namespace: { 1: ['metadata', meta] },
  ServiceAccount: { 1: ['metadata', meta] },
  ConfigMap: {
    1: ['metadata', meta],
    2: ['data', 'textMap'],
    3: ['binaryData', 'bytesMap'],
    4: ['immutable', 'flag'],
  },
  Secret: {
    1: ['metadata', meta],
    2: ['data', 'bytesMap'],
    3: ['type', 'text'],
    4: ['stringData', 'textMap'],
    5: ['immutable', 'flag'],
  },
}
// Its answer does not depend on what it asks (RBAC is not modelled).
schemas.SelfSubjectAccessReview = {}
const unknown: Schema = {
  1: ['type', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }],
  2: ['raw', 'bytes'],
}

function* fieldsIn(buffer: Buffer): Generator<[field: number, value: Buffer | number]> {
  let position = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = buffer[position] ?? 0
      position += 1
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (position < buffer.length) {
    const tag = varint()
    if ((tag & 7) === 0) yield [tag >> 3, varint()]
    else if ((tag & 7) === 2) {
      const length = varint()
      yield [tag >> 3, buffer.subarray(position, position + length)]
      position += length
    } else throw new ApiError(400, 'BadRequest', 'the protobuf body cannot be read')
  }
}

function decode(buffer: Buffer, schema: Schema): Fields {
  const result: Fields = {}
  for (const [field, value] of fieldsIn(buffer)) {
    const [name, kind] = schema[field] ?? []
    if (!name || !kind) continue
    if (typeof value === 'number') result[name] = value !== 0
    else if (kind === 'text') {
      if (value.length > 0) result[name] = value.toString()
    } else if (kind === 'bytes') result[name] = value
    else if (kind === 'texts') result[name] = [...((result[name] as string[]) ?? []), value.toString()]
    else if (kind === 'textMap' || kind === 'bytesMap') {
      const entry = decode(value, { 1: ['key', 'text'], 2: ['value', 'bytes'] })
      const inner = (entry.value as Buffer | undefined) ?? Buffer.alloc(0)
      const text = inner.toString(kind === 'textMap' ? 'utf8' : 'base64')
      result[name] = { ...(result[name] as Fields), [String(entry.key ?? '')]: text }
    } else if (kind !== 'flag') result[name] = decode(value, kind)
  }
  return result
}

/** The object in a protobuf body; throws a 415 for a kind that is not spelled out here. */
export function decodeProtobuf(body: Buffer): Fields {
  const { type, raw } = decode(body.subarray(4), unknown)
  const { apiVersion, kind } = (type ?? {}) as { apiVersion?: string; kind?: string }
  const schema = schemas[kind ?? '']
  if (!schema || !Buffer.isBuffer(raw))
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      `a ${kind} cannot be sent as protobuf to the pocket cluster: send JSON or YAML (kubectl apply -f)`,
    )
  return { apiVersion, kind, ...decode(raw, schema) }
}
