import type { IncomingMessage, ServerResponse } from 'node:http'
import { serverSideApply } from './apply.ts'
import type { User } from './authentication.ts'
import type { Caller } from './caller.ts'
import { type DeleteOptions, type Deletes, deletedStatus } from './deletes.ts'
import { type Encoding, encodingOf } from './encoding.ts'
import { ApiError, badRequest, methodNotAllowed, notFound } from './errors.ts'
import { listKindsOf } from './listkeys.ts'
import { listObjects, selectsOf } from './lists.ts'
import type { Metrics } from './metrics.ts'
import { type Fields, fieldsOf, type KubeObject, type Pod } from './objects.ts'
import { applyJsonPatch, mergePatch, strategicMerge } from './patch.ts'
import { bodyFields, callerOf, type Place, parsePlace, readBody, targetOf } from './requests.ts'
import { apiVersionOf, type Catalog, kindOf } from './resources.ts'
import { scaleOf } from './scale.ts'
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

interface Answer {
  code: number
  body: Fields
}

const ok = (body: Fields): Answer => ({ code: 200, body })

/** A patch may pin a version; the version of an object that it was laid over must not count as pinned. */
function unpinned(patch: unknown, change: (current: KubeObject) => Fields): (current: KubeObject) => Fields {
  const pinned = fieldsOf(fieldsOf(patch).metadata).resourceVersion
  return (current) => {
    const next = change(current)
    const { resourceVersion: _version, ...metadata } = fieldsOf(next.metadata)
    return { ...next, metadata: pinned === undefined ? metadata : { ...metadata, resourceVersion: pinned } }
  }
}

/** Serves one authenticated request to a resource path. */
export function createRoutes(parts: RouteParts) {
  const { store, catalog, writes, deletes, metrics, logs } = parts

  const read = ({ resource, namespace, name = '', subresource }: Place): KubeObject => {
    const object = store.get(kindOf(resource), namespace, name)
    if (!object) throw notFound(resource, name)
    return subresource === 'scale' && resource.scale ? scaleOf(object, resource.scale) : object
  }

  const patch = async (
    place: Place,
    request: IncomingMessage,
    query: URLSearchParams,
    caller: Caller,
    encoding: Encoding,
  ): Promise<Answer> => {
    const { resource, namespace } = place
    const type = String(request.headers['content-type'] ?? '').split(';')[0]
    const body = await readBody(request)
    const kinds = listKindsOf(resource)
    const target = targetOf(place)
    if (type === 'application/apply-patch+yaml') {
      if (!query.get('fieldManager'))
        throw badRequest(
          'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
        )
      const applied = bodyFields(body)
      const { managedFields, ...metadata } = fieldsOf(applied.metadata)
      if (managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
      if (!applied.kind || !applied.apiVersion)
        throw badRequest('apiVersion and kind must be set in an apply patch')
      // Each endpoint applies its own half: nobody may come to own what it cannot write.
      const { status, ...desired } = applied
      const { apiVersion, kind } = applied
      const ofStatus = { apiVersion, kind, ...(status === undefined ? {} : { status }) }
      const declared = place.subresource === 'status' ? ofStatus : resource.status ? desired : applied
      const writer = {
        manager: caller.manager,
        apiVersion: apiVersionOf(resource),
        subresource: place.subresource,
      }
      const apply = (live: KubeObject | undefined): Fields =>
        serverSideApply(
          live,
          { ...declared, metadata: { ...metadata, name: target.name } },
          writer,
          query.get('force') === 'true',
          kinds,
        )
      if (store.get(kindOf(resource), namespace, target.name) || place.subresource)
        return ok(
          encoding.one(resource, await writes.update(resource, target, unpinned(body, apply), caller, true)),
        )
      return {
        code: 201,
        body: encoding.one(
          resource,
          await writes.create(resource, namespace, apply(undefined), caller, true),
        ),
      }
    }
    const change = (current: KubeObject): Fields => {
      if (type === 'application/json-patch+json') return applyJsonPatch(current, body)
      if (type === 'application/merge-patch+json') return mergePatch(current, bodyFields(body)) as Fields
      if (type === 'application/strategic-merge-patch+json' && !resource.custom)
        return strategicMerge(current, bodyFields(body), kinds)
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
      )
    }
    return ok(encoding.one(resource, await writes.update(resource, target, unpinned(body, change), caller)))
  }

  const remove = async (
    place: Place,
    request: IncomingMessage,
    query: URLSearchParams,
    caller: Caller,
    encoding: Encoding,
  ): Promise<Answer> => {
    const { resource, namespace } = place
    const options = fieldsOf(await readBody(request)) as DeleteOptions & { dryRun?: string[] }
    if (options.dryRun?.includes('All')) caller.dryRun = true
    const grace = query.get('gracePeriodSeconds')
    if (grace !== null) options.gracePeriodSeconds ??= Number(grace)
    const policy = query.get('propagationPolicy')
    if (policy !== null) options.propagationPolicy ??= policy
    if (place.name === undefined) {
      const chosen = store.list(kindOf(resource), namespace).filter(selectsOf(query))
      const removed: KubeObject[] = []
      for (const object of chosen) {
        const target = { namespace: object.metadata.namespace, name: object.metadata.name }
        removed.push((await deletes.remove(resource, target, options, caller)).object)
      }
      return ok(encoding.many(resource, removed, { resourceVersion: String(store.version()) }))
    }
    const { object, gone } = await deletes.remove(resource, targetOf(place), options, caller)
    if (gone && resource.kind !== 'Pod') return ok(deletedStatus(resource, object))
    return ok(encoding.one(resource, object))
  }

  const create = async (
    place: Place,
    request: IncomingMessage,
    caller: Caller,
    encoding: Encoding,
  ): Promise<Answer> => {
    const { resource, namespace } = place
    const body = bodyFields(await readBody(request))
    if (resource.kind === 'SelfSubjectAccessReview')
      return { code: 201, body: { ...body, status: { allowed: true, reason: 'RBAC is not modelled' } } }
    if (place.name !== undefined || (resource.namespaced && namespace === undefined)) throw methodNotAllowed()
    return { code: 201, body: encoding.one(resource, await writes.create(resource, namespace, body, caller)) }
  }

  const replace = async (
    place: Place,
    request: IncomingMessage,
    caller: Caller,
    encoding: Encoding,
  ): Promise<Answer> => {
    if (place.name === undefined) throw methodNotAllowed()
    const body = bodyFields(await readBody(request))
    return ok(
      encoding.one(place.resource, await writes.update(place.resource, targetOf(place), () => body, caller)),
    )
  }

  return async (request: IncomingMessage, url: URL, user: User, response: ServerResponse): Promise<void> => {
    const query = url.searchParams
    const place = parsePlace(catalog, url.pathname)
    const { resource, namespace, name } = place
    const encoding = encodingOf(request, query)
    const warnings: string[] = []
    const caller = callerOf(request, query, user, warnings)
    const answer = await (async (): Promise<Answer | undefined> => {
      switch (request.method) {
        case 'GET': {
          await store.flushed()
          if (resource.group === 'metrics.k8s.io')
            return ok(metrics.serve(resource, namespace, name, query, encoding))
          if (place.subresource === 'log') return void logs(read(place) as Pod, query, response)
          const watching = /^(true|1)$/.test(query.get('watch') ?? '')
          if (watching) {
            if (name !== undefined) query.append('fieldSelector', `metadata.name=${name}`)
            return void watchObjects(store, resource, namespace, query, encoding, response)
          }
          if (name !== undefined) return ok(encoding.one(resource, read(place)))
          return ok(listObjects(store, resource, namespace, query, encoding))
        }
        case 'POST':
          return create(place, request, caller, encoding)
        case 'PUT':
          return replace(place, request, caller, encoding)
        case 'PATCH':
          return patch(place, request, query, caller, encoding)
        case 'DELETE':
          return remove(place, request, query, caller, encoding)
        default:
          throw methodNotAllowed()
      }
    })()
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
