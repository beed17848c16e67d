import { serverSideApply } from './apply.ts'
import { ApiError, badRequest } from './errors.ts'
import { listKindsOf } from './listkeys.ts'
import { type Fields, fieldsOf, type KubeObject } from './objects.ts'
import { applyJsonPatch, mergePatch, strategicMerge } from './patch.ts'
import { bodyFields, type Place } from './requests.ts'
import { apiVersionOf } from './resources.ts'

/** Makes the new object of the current one, which only an apply can do without. */
export type Change = (current: KubeObject | undefined) => Fields

/** A patch may pin a version; the version of an object that it was laid over must not count as pinned. */
function unpinned(patch: unknown, change: Change): Change {
  const pinned = fieldsOf(fieldsOf(patch).metadata).resourceVersion
  return (current) => {
    const next = change(current)
    return { ...next, metadata: { ...fieldsOf(next.metadata), resourceVersion: pinned } }
  }
}

function applied(place: Place, query: URLSearchParams, body: Fields): Change {
  const { resource, name, subresource } = place
  const manager = query.get('fieldManager')
  if (!manager)
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )
  const { managedFields, ...metadata } = fieldsOf(body.metadata)
  if (managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
  const { status, ...desired } = body
  const { apiVersion, kind } = body
  if (!kind || !apiVersion) throw badRequest('apiVersion and kind must be set in an apply patch')
  // Each endpoint applies its own half: nobody may come to own what it cannot write.
  const ofStatus = { apiVersion, kind, ...(status === undefined ? {} : { status }) }
  const half = subresource === 'status' ? ofStatus : resource.status ? desired : body
  const declared = { ...half, metadata: { ...metadata, name } }
  const writer = { manager, apiVersion: apiVersionOf(resource), subresource }
  const force = query.get('force') === 'true'
  return (live) => serverSideApply(live, declared, writer, force, listKindsOf(resource))
}

/** What a PATCH request asks for, by its content type. */
export function changeOf(place: Place, type: string, query: URLSearchParams, body: unknown): Change {
  const { resource } = place
  if (type === 'application/json-patch+json')
    return unpinned(undefined, (current) => applyJsonPatch(current ?? {}, body))
  const fields = bodyFields(body)
  if (type === 'application/apply-patch+yaml') return unpinned(body, applied(place, query, fields))
  if (type === 'application/merge-patch+json')
    return unpinned(body, (current) => mergePatch(current, fields) as Fields)
  if (type === 'application/strategic-merge-patch+json' && !resource.custom)
    return unpinned(body, (current) => strategicMerge(current, fields, listKindsOf(resource)))
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  )
}
