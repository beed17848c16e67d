import { randomInt, randomUUID } from 'node:crypto'
import type { Caller } from './caller.ts'
import { defaultBuiltin } from './defaults.ts'
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound } from './errors.ts'
import { clone, type Fields, fieldsOf, type KubeObject, type Meta, same, timestamp } from './objects.ts'
import { apiVersionOf, kindOf, namespaces, type Resource } from './resources.ts'
import { scaleOf, withScale } from './scale.ts'
import { applyDefaults, prune } from './schemas.ts'
import type { Store } from './store.ts'
import { validate } from './validation.ts'
import type { Admission } from './webhooks.ts'

export interface Target {
  namespace: string | undefined
  name: string
  subresource?: string | undefined
}

export interface Writes {
  create(resource: Resource, namespace: string | undefined, body: Fields, caller: Caller): Promise<KubeObject>
  /** Retries when somebody else wrote in between, unless the body named a resourceVersion. */
  update(
    resource: Resource,
    target: Target,
    change: (current: KubeObject) => Fields,
    caller: Caller,
  ): Promise<KubeObject>
}

/** Names that generateName makes: the alphabet of Kubernetes, without vowels and look-alikes. */
export function randomSuffix(length = 5): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** Kinds without a spec of their own have no generation. */
const hasGeneration = (resource: Resource): boolean =>
  resource.custom !== undefined ||
  ['apps', 'apiextensions.k8s.io', 'admissionregistration.k8s.io', 'networking.k8s.io'].includes(
    resource.group,
  )

/** Everything but metadata and status: what bumps the generation. */
function desired(object: KubeObject, resource: Resource): Fields {
  const { metadata: _m, status, apiVersion: _a, kind: _k, ...rest } = object
  return resource.status ? rest : { ...rest, status }
}

export function finished(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
  if (!deletionTimestamp || finalizers.length > 0) return false
  const inner = object.kind === 'Namespace' ? fieldsOf(object.spec).finalizers : undefined
  if (Array.isArray(inner) && inner.length > 0) return false
  return object.kind !== 'Pod' || deletionGracePeriodSeconds === 0
}

export function createWrites(store: Store, admission: Admission): Writes {
  const checkNamespace = (resource: Resource, namespace: string | undefined, name: string): void => {
    if (!resource.namespaced) return
    const found = store.get(kindOf(namespaces), undefined, namespace ?? '')
    if (!found) throw notFound(namespaces, namespace ?? '')
    if (found.metadata.deletionTimestamp)
      throw forbidden(
        resource,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      )
  }

  /** Defaults and prunes, in place; complains of unknown fields as `fieldValidation` asks. */
  const normalise = (resource: Resource, object: KubeObject, caller: Caller, old?: KubeObject): void => {
    if (!resource.custom) {
      defaultBuiltin(object, old)
      return
    }
    const pruned = prune(object, resource.custom.schema).map((path) => `unknown field "${path}"`)
    if (pruned.length > 0 && caller.fieldValidation === 'Strict')
      throw badRequest(
        `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${pruned.join(', ')}`,
      )
    if (caller.fieldValidation === 'Warn') for (const text of pruned) caller.warn(text)
    applyDefaults(object, resource.custom.schema)
  }

  const typed = (resource: Resource, body: Fields, subresource?: string): KubeObject => {
    const expected = subresource === 'scale' ? 'Scale' : resource.kind
    const apiVersion = subresource === 'scale' ? 'autoscaling/v1' : apiVersionOf(resource)
    if (body.kind !== undefined && body.kind !== expected)
      throw badRequest(
        `the kind in the data (${String(body.kind)}) does not match the expected kind (${expected})`,
      )
    if (body.apiVersion !== undefined && body.apiVersion !== apiVersion)
      throw badRequest(
        `the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${apiVersion})`,
      )
    return { ...body, kind: expected, apiVersion, metadata: fieldsOf(body.metadata) as unknown as Meta }
  }

  const newMeta = (resource: Resource, namespace: string | undefined, given: Meta): Meta => {
    if (given.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
    if (given.namespace && resource.namespaced && given.namespace !== namespace)
      throw badRequest(
        `the namespace of the provided object does not match the namespace sent on the request`,
      )
    const name = given.name || (given.generateName ? `${given.generateName}${randomSuffix()}` : '')
    if (!name)
      throw invalid(resource, '', [
        {
          reason: 'FieldValueRequired',
          field: 'metadata.name',
          message: 'Required value: name or generateName is required',
        },
      ])
    const { labels, annotations, finalizers, ownerReferences, managedFields } = given
    return {
      name,
      namespace: resource.namespaced ? namespace : undefined,
      generateName: given.generateName,
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: timestamp(),
      generation: hasGeneration(resource) ? 1 : undefined,
      ...filled({ labels, annotations, finalizers, ownerReferences, managedFields }),
    }
  }

  return {
    async create(resource, namespace, body, caller) {
      let object = clone(typed(resource, body))
      object.metadata = newMeta(resource, namespace, object.metadata)
      if (!caller.applies) delete object.metadata.managedFields
      const { name } = object.metadata
      checkNamespace(resource, namespace, name)
      if (resource.status && !caller.internal) delete object.status
      normalise(resource, object, caller)
      const attempt = {
        resource,
        subresource: undefined,
        operation: 'CREATE',
        namespace,
        name,
        old: undefined,
      } as const
      object = (await admission.mutate({ ...attempt, object }, caller)) ?? object
      normalise(resource, object, caller)
      if (resource.kind === 'Pod') object.status ??= { phase: 'Pending' }
      if (resource.kind === 'Namespace') object.status = { phase: 'Active' }
      validate(resource, object, undefined)
      await admission.validate({ ...attempt, object }, caller)
      if (store.get(kindOf(resource), object.metadata.namespace, name)) throw alreadyExists(resource, name)
      checkNamespace(resource, namespace, name)
      return store.put(kindOf(resource), object, undefined) ?? object
    },

    async update(resource, target, change, caller) {
      const { namespace, name, subresource } = target
      const attempt = { resource, subresource, operation: 'UPDATE', namespace, name } as const
      for (;;) {
        const current = store.get(kindOf(resource), namespace, name)
        if (!current) throw notFound(resource, name)
        const scale = subresource === 'scale' ? resource.scale : undefined
        const old = scale ? scaleOf(current, scale) : current
        let body = typed(resource, change(clone(old)), subresource)
        // Controllers lay their change over what they were handed: its version pins nothing.
        const pinned = caller.internal ? undefined : body.metadata.resourceVersion
        if (pinned && pinned !== current.metadata.resourceVersion) throw conflict(resource, name)
        if (body.metadata.uid && body.metadata.uid !== current.metadata.uid)
          throw conflict(
            resource,
            name,
            `Precondition failed: UID in precondition: ${body.metadata.uid}, UID in object meta: ${current.metadata.uid}`,
          )
        if ((body.metadata.name ?? name) !== name)
          throw badRequest(
            `the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`,
          )
        const declared = caller.applies ? body.metadata : {}
        body = scale ? body : merged(resource, current, body, subresource)
        if (!scale) normalise(resource, body, caller, current)
        const mutated = (await admission.mutate({ ...attempt, object: body, old }, caller)) ?? body
        let next = scale
          ? withScale(current, mutated, scale)
          : merged(resource, current, mutated, subresource)
        normalise(resource, next, caller, current)
        validate(resource, next, current)
        await admission.validate({ ...attempt, object: scale ? mutated : next, old }, caller)

        const { generation } = current.metadata
        const changed = !same(desired(next, resource), desired(current, resource))
        const { managedFields = current.metadata.managedFields } = declared as Partial<Meta>
        next = { ...next, metadata: { ...next.metadata, ...filled({ managedFields }) } }
        if (generation !== undefined) next.metadata.generation = changed ? generation + 1 : generation
        const answer = (object: KubeObject): KubeObject => (scale ? scaleOf(object, scale) : object)
        if (same(next, current)) return answer(next)
        if (store.get(kindOf(resource), namespace, name) === current) {
          if (finished(next)) return answer(store.remove(kindOf(resource), next))
          return answer(store.put(kindOf(resource), next, current.metadata.resourceVersion) ?? next)
        }
        if (pinned) throw conflict(resource, name)
      }
    },
  }
}

/** Without what is absent or empty. */
function filled(fields: Partial<Meta>): Partial<Meta> {
  const present = Object.entries(fields).filter(([, value]) => value && Object.keys(value).length > 0)
  return Object.fromEntries(present)
}

/** The new object with what this endpoint may not change taken from the current one. */
function merged(
  resource: Resource,
  current: KubeObject,
  body: KubeObject,
  subresource: string | undefined,
): KubeObject {
  const withStatus = (object: KubeObject, status: unknown): KubeObject => {
    const { status: _status, ...rest } = object
    return { ...rest, ...(status === undefined ? {} : { status: clone(status) }) } as KubeObject
  }
  if (subresource === 'status') return withStatus(clone(current), body.status)
  const { labels, annotations, finalizers, ownerReferences } = body.metadata
  const { labels: _l, annotations: _a, finalizers: _f, ownerReferences: _o, ...kept } = current.metadata
  const metadata = { ...kept, ...filled({ labels, annotations, finalizers, ownerReferences }) }
  const next: KubeObject = clone({ ...body, metadata })
  return resource.status ? withStatus(next, current.status) : next
}
