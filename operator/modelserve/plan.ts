import { digest } from '@berth/platform/digest'
import { apiVersion, kind as modelServeKind, prefix } from '@berth/schema/modelserve.ts'
import type { KubernetesObject, V1Deployment, V1Secret, V1Service } from '@kubernetes/client-node'
import { deploymentOf, type PodSettings, serviceOf } from './deployment.ts'
import { childLabels, childNames, type ModelServeResource, type Observed } from './resource.ts'

export const digestAnnotation = `${prefix}plan-digest`
export const tokenExpiresAnnotation = `${prefix}token-expires`

/** A token for the pods' init container, and the end of its life in milliseconds since the epoch. */
export interface ModelsToken {
  token: string
  expiresAt: number
}

export type Child = V1Deployment | V1Service | V1Secret

export type Action = 'create' | 'update' | 'delete' | 'remain'

/** One object and what to do with it: the object that is wanted, or for a deletion the one that is there. */
export type Step = { action: Action } & (
  | { kind: 'Deployment'; object: V1Deployment }
  | { kind: 'Service'; object: V1Service }
  | { kind: 'Secret'; object: V1Secret }
)

/**
 * What to do so that the cluster holds what a ModelServe asks for. Pure: the same input gives the same plan.
 *
 * An object of ours under a wanted name that belongs to an earlier ModelServe goes first; the next pass makes it anew.
 * Without a `token` the Secret is left as it is found.
 */
export function plan(
  resource: ModelServeResource,
  observed: Observed,
  settings: PodSettings,
  token?: ModelsToken,
): Step[] {
  const steps: Step[] = []
  if (token) steps.push({ kind: 'Secret', ...stepFor(resource, secretOf(resource, token), observed.secret) })
  steps.push(
    { kind: 'Deployment', ...stepFor(resource, deploymentOf(resource, settings), observed.deployment) },
    { kind: 'Service', ...stepFor(resource, serviceOf(resource), observed.service) },
  )
  return steps
}

/** Everything that was made for a ModelServe, to be deleted. What lists hold does not say of which kind it is. */
export function planRemoval(resource: ModelServeResource, observed: Observed): Step[] {
  const own = <T extends Child>(child: T | undefined) =>
    child && isOwnedBy(child, resource) ? child : undefined
  const [deployment, service, secret] = [
    own(observed.deployment),
    own(observed.service),
    own(observed.secret),
  ]
  const steps: Step[] = []
  const action = 'delete'
  const core = 'v1'
  if (deployment) {
    const object = { ...deployment, apiVersion: 'apps/v1', kind: 'Deployment' }
    steps.push({ action, kind: 'Deployment', object })
  }
  if (service)
    steps.push({ action, kind: 'Service', object: { ...service, apiVersion: core, kind: 'Service' } })
  if (secret) steps.push({ action, kind: 'Secret', object: { ...secret, apiVersion: core, kind: 'Secret' } })
  return steps
}

function stepFor<T extends Child>(
  resource: ModelServeResource,
  wanted: T,
  found: T | undefined,
): { action: Action; object: T } {
  const object = signed(resource, wanted)
  if (!found) return { action: 'create', object }
  if (!isOwnedBy(found, resource)) {
    return { action: 'delete', object: { ...found, apiVersion: wanted.apiVersion, kind: wanted.kind } }
  }
  const sameDigest =
    found.metadata?.annotations?.[digestAnnotation] === object.metadata?.annotations?.[digestAnnotation]
  // The digest tells a changed wish, the comparison what someone else changed since.
  const same = sameDigest && covers(found, { ...object, apiVersion: undefined, kind: undefined })
  return { action: same ? 'remain' : 'update', object }
}

export const isOwnedBy = (child: KubernetesObject, resource: ModelServeResource): boolean =>
  child.metadata?.ownerReferences?.some(({ uid }) => uid === resource.metadata.uid) ?? false

/** Adds what every child carries: its owner, and the digest of what was wanted. */
function signed<T extends Child>(resource: ModelServeResource, child: T): T {
  const owner = {
    apiVersion,
    kind: modelServeKind,
    name: resource.metadata.name,
    uid: resource.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
  return {
    ...child,
    metadata: {
      ...child.metadata,
      ownerReferences: [owner],
      annotations: { ...child.metadata?.annotations, [digestAnnotation]: digest(child) },
    },
  }
}

function secretOf(resource: ModelServeResource, { token, expiresAt }: ModelsToken): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: childNames(resource).secret,
      namespace: resource.metadata.namespace,
      labels: childLabels(resource),
      annotations: { [tokenExpiresAnnotation]: new Date(expiresAt).toISOString() },
    },
    type: 'Opaque',
    data: { token: Buffer.from(token).toString('base64') },
  }
}

/** Whether `found` has all that `wanted` says; what it has beside that are defaults of the API. */
export function covers(found: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return true
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((member, index) => covers(found[index], member))
    )
  }
  if (wanted !== null && typeof wanted === 'object') {
    if (found === null || typeof found !== 'object') return isEmpty(wanted) && found === undefined
    const members = new Map<string, unknown>(Object.entries(found))
    return Object.entries(wanted).every(([name, value]) => covers(members.get(name), value))
  }
  return found === wanted
}

const isEmpty = (value: object) => Object.keys(value).length === 0
