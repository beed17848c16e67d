import type { Encoding, Selects } from './encoding.ts'
import { badRequest, gone } from './errors.ts'
import type { Fields, KubeObject } from './objects.ts'
import { kindOf, type Resource } from './resources.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import type { Store } from './store.ts'

export function selectsOf(query: URLSearchParams): Selects {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  return (object) => labels(object.metadata.labels) && fields(object)
}

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

/** A list, in pages when `limit` asks for them. A continued list goes on in the state of now, not of its first page. */
export function listObjects(
  store: Store,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
  encoding: Encoding,
): Fields {
  const selects = selectsOf(query)
  const limit = Number(query.get('limit') ?? 0)
  const token = query.get('continue')
  let objects = store.list(kindOf(resource), namespace).filter(selects)
  let version = store.version()
  if (token) {
    const parsed = parseToken(token)
    if (!store.since(parsed.version))
      throw gone('The provided continue parameter is too old to display a consistent list result.')
    version = parsed.version
    objects = objects.filter((object) => keyOf(object) > parsed.after)
  }
  const page = limit > 0 ? objects.slice(0, limit) : objects
  const last = page.at(-1)
  const more = page.length < objects.length && last
  return encoding.many(resource, page, {
    resourceVersion: String(version),
    ...(more
      ? {
          continue: Buffer.from(JSON.stringify({ version, after: keyOf(last) })).toString('base64url'),
          remainingItemCount: objects.length - page.length,
        }
      : {}),
  })
}

function parseToken(token: string): { version: number; after: string } {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as { version: number; after: string }
  } catch {
    throw badRequest('invalid continue token')
  }
}
