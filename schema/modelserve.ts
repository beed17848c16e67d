/**
 * The names by which the rooms know a ModelServe and what belongs to it. The resource itself is in
 * `crds/modelserves.berth.dev.yaml`, its types are in `generated/modelserve.ts`.
 */
import type { ModelServe } from './generated/modelserve.ts'

export const group = 'berth.dev'
export const version = 'v1alpha1'
export const plural = 'modelserves'
export const kind = 'ModelServe'
export const apiVersion = `${group}/${version}`

/** What all labels and annotations begin with that a contract speaks of. */
export const prefix = `${group}/`

export const labels = {
  serverId: `${prefix}server-id`,
  tenant: `${prefix}tenant`,
  managedBy: 'app.kubernetes.io/managed-by',
} as const

/** Carries the token that approves the resource; the operator's webhook asks for it. */
export const contractAnnotation = `${prefix}contract`

/**
 * What a contract is bound to: where the resource stands, and everything in its spec but the number of replicas. Whoever
 * signs and whoever checks take the digest of this.
 */
export function contractTerms(
  place: { namespace: string; name: string },
  spec: Pick<ModelServe['spec'], 'replicas'>,
): object {
  const { replicas: _, ...bound } = spec
  return { namespace: place.namespace, name: place.name, spec: bound }
}
