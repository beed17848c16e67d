import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import type { User } from './authentication.ts'
import type { Caller } from './caller.ts'
import { ApiError, badRequest, noSuchPath } from './errors.ts'
import { type Fields, isFields } from './objects.ts'
import type { Catalog, Resource } from './resources.ts'
import type { Target } from './writes.ts'

/** What a resource path names. Without a name it is the collection. */
export interface Place {
  resource: Resource
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
}

const maxBody = 3 * 1024 * 1024

/** `/api/v1/namespaces/{ns}/pods/{name}/log` and its kin; throws a 404 for what is not served. */
export function parsePlace(catalog: Catalog, path: string): Place {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  const root = parts.shift()
  const group = root === 'api' ? '' : (parts.shift() ?? '')
  const version = parts.shift() ?? ''
  if (root !== 'api' && root !== 'apis') throw noSuchPath()
  const ownSub = parts[2] === 'status' || parts[2] === 'finalize'
  const namespaced = parts[0] === 'namespaces' && parts.length >= 3 && !ownSub
  const namespace = namespaced ? parts[1] : undefined
  const [plural = '', name, subresource, extra] = namespaced ? parts.slice(2) : parts
  const resource = catalog.find(group, version, plural)
  if (!resource || extra !== undefined) throw noSuchPath()
  if (namespace !== undefined && !resource.namespaced) throw noSuchPath()
  if (namespace === undefined && resource.namespaced && name !== undefined) throw noSuchPath()
  const known =
    subresource === undefined ||
    (subresource === 'status' && resource.status) ||
    (subresource === 'scale' && resource.scale) ||
    (subresource === 'log' && resource.kind === 'Pod')
  if (!known) throw noSuchPath()
  return { resource, namespace, name, subresource }
}

export const targetOf = (place: Place): Target => ({
  namespace: place.namespace,
  name: place.name ?? '',
  subresource: place.subresource,
})

export async function readBody(request: IncomingMessage): Promise<unknown> {
  const type = String(request.headers['content-type'] ?? 'application/json')
  if (type.includes('protobuf'))
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the pocket cluster reads no protobuf: send JSON or YAML (kubectl apply -f)',
    )
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const buffer = chunk as Buffer
    size += buffer.length
    if (size > maxBody) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${maxBody} bytes`)
    chunks.push(buffer)
  }
  const text = Buffer.concat(chunks).toString()
  if (text.trim() === '') return undefined
  try {
    return type.includes('yaml') ? (parseYaml(text) as unknown) : (JSON.parse(text) as unknown)
  } catch (error) {
    throw badRequest(`the body cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function bodyFields(body: unknown): Fields {
  if (!isFields(body)) throw badRequest('the body must be one object')
  return body
}

export function callerOf(
  request: IncomingMessage,
  query: URLSearchParams,
  user: User,
  warn: (text: string) => void,
): Caller {
  // To write although somebody only wants to try would be worse than to say no.
  if (query.has('dryRun')) throw badRequest('dryRun is not modelled by the pocket cluster (LIMITS.md)')
  const validation = query.get('fieldValidation')
  return {
    user,
    fieldValidation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
    warn,
    internal: false,
    applies: contentTypeOf(request) === 'application/apply-patch+yaml',
  }
}

export const contentTypeOf = (request: IncomingMessage): string =>
  String(request.headers['content-type'] ?? '').split(';')[0] ?? ''
