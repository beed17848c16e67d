import type { IncomingMessage, ServerResponse } from 'node:http'
import type { User } from './authentication.ts'
import type { Caller } from './caller.ts'
import { type DeleteOptions, type Deletes, deletedStatus } from './deletes.ts'
import { type Encoding, encodingOf } from './encoding.ts'
import { badRequest, methodNotAllowed, notFound } from './errors.ts'
import type { Metrics } from './metrics.ts'
import { type Fields, fieldsOf, type KubeObject, type Pod } from './objects.ts'
import { changeOf } from './patches.ts'
import {
  bodyFields,
  callerOf,
  contentTypeOf,
  type Place,
  parsePlace,
  readBody,
  targetOf,
} from './requests.ts'
import { type Catalog, kindOf } from './resources.ts'
import { scaleOf } from './scale.ts'
import { selectsOf } from './selectors.ts'
import type { Store } from './store.ts'
import { watchObjects } from './watch.ts'
import type { Writes } from './writes.ts'

export interface RouteParts {
  store: Store
  catalog: Catalog
  writes: Writes
  deletes: Deletes
  metrics: Metrics
  logs(pod: Pod, query: URLSearchParams, response: ServerResponse): void
}

interface Asked {
  place: Place
  request: IncomingMessage
  query: URLSearchParams
  caller: Caller
  encoding: Encoding
}

interface Answer {
  code: number
  body: Fields
}

/** Serves one authenticated request to a resource path. */
export function createRoutes({ store, catalog, writes, deletes, metrics, logs }: RouteParts) {
  const read = ({ resource, namespace, name = '', subresource }: Place): KubeObject => {
    const object = store.get(kindOf(resource), namespace, name)
    if (!object) throw notFound(resource, name)
    return subresource === 'scale' && resource.scale ? scaleOf(object, resource.scale) : object
  }

  /** Undefined when the response is under way already: a log or a watch. */
  const get = ({ place, query, encoding }: Asked, response: ServerResponse): Answer | undefined => {
    const { resource, namespace, name } = place
    if (resource.kind === 'PodMetrics')
      return { code: 200, body: metrics.serve(namespace, name, query, encoding) }
    if (place.subresource === 'log') return void logs(read(place) as Pod, query, response)
    if (/^(true|1)$/.test(query.get('watch') ?? '')) {
      if (name !== undefined) query.append('fieldSelector', `metadata.name=${name}`)
      return void watchObjects(store, resource, namespace, query, encoding, response)
    }
    if (name !== undefined) return { code: 200, body: encoding.one(resource, read(place)) }
    const objects = store.list(kindOf(resource), namespace).filter(selectsOf(query))
    const metadata = { resourceVersion: String(store.version()) }
    return { code: 200, body: encoding.many(resource, objects, metadata) }
  }

  const create = async ({ place, request, caller, encoding }: Asked): Promise<Answer> => {
    const { resource, namespace } = place
    if (place.name !== undefined || (resource.namespaced && namespace === undefined)) throw methodNotAllowed()
    const made = await writes.create(resource, namespace, bodyFields(await readBody(request)), caller)
    return { code: 201, body: encoding.one(resource, made) }
  }

  const replace = async ({ place, request, caller, encoding }: Asked): Promise<Answer> => {
    const body = bodyFields(await readBody(request))
    const replaced = await writes.update(place.resource, targetOf(place), () => body, caller)
    return { code: 200, body: encoding.one(place.resource, replaced) }
  }

  const patch = async ({ place, request, query, caller, encoding }: Asked): Promise<Answer> => {
    const { resource, namespace } = place
    const target = targetOf(place)
    const change = changeOf(place, contentTypeOf(request), query, await readBody(request))
    const isNew = caller.applies && !place.subresource && !store.get(kindOf(resource), namespace, target.name)
    const written = isNew
      ? await writes.create(resource, namespace, change(undefined), caller)
      : await writes.update(resource, target, change, caller)
    return { code: isNew ? 201 : 200, body: encoding.one(resource, written) }
  }

  const remove = async ({ place, request, query, caller, encoding }: Asked): Promise<Answer> => {
    const { resource } = place
    const options = fieldsOf(await readBody(request)) as DeleteOptions & { dryRun?: string[] }
    if (options.dryRun?.length) throw badRequest('dryRun is not modelled by the pocket cluster (LIMITS.md)')
    const grace = query.get('gracePeriodSeconds')
    if (grace !== null) options.gracePeriodSeconds ??= Number(grace)
    options.propagationPolicy ??= query.get('propagationPolicy') ?? undefined
    if (options.propagationPolicy === 'Orphan')
      throw badRequest('to orphan dependants is not modelled by the pocket cluster (LIMITS.md)')
    const { object, gone } = await deletes.remove(resource, targetOf(place), options, caller)
    const isTold = gone && resource.kind !== 'Pod'
    return { code: 200, body: isTold ? deletedStatus(resource, object) : encoding.one(resource, object) }
  }

  const change = { POST: create, PUT: replace, PATCH: patch, DELETE: remove }

  return async (request: IncomingMessage, url: URL, user: User, response: ServerResponse): Promise<void> => {
    const query = url.searchParams
    const place = parsePlace(catalog, url.pathname)
    const warnings: string[] = []
    const caller = callerOf(request, query, user, (text) => warnings.push(text))
    const asked = { place, request, query, caller, encoding: encodingOf(request, query) }
    await store.flushed()
    const method = request.method as keyof typeof change
    const changing = place.name !== undefined || method === 'POST' ? change[method] : undefined
    if (request.method !== 'GET' && !changing) throw methodNotAllowed()
    const answer = changing ? await changing(asked) : get(asked, response)
    if (!answer) return
    await store.flushed()
    for (const text of warnings) response.appendHeader('warning', `299 - ${JSON.stringify(text)}`)
    sendJson(response, answer.code, answer.body)
  }
}

export function sendJson(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
