import type {
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1DeploymentSpec,
  V1DeploymentStatus,
  V1LabelSelector,
  V1ObjectMeta,
  V1OwnerReference,
  V1PodSpec,
  V1PodStatus,
  V1PodTemplateSpec,
  V1Probe,
  V1ReplicaSetSpec,
  V1ReplicaSetStatus,
  V1ServiceSpec,
  V1Volume,
} from '@kubernetes/client-node'

export type Fields = Record<string, unknown>

/** A type of the client library as it travels: with its times as texts. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T

export type OwnerReference = V1OwnerReference
export type LabelSelector = V1LabelSelector
export type Container = Wire<V1Container>
export type ContainerState = Wire<V1ContainerState>
export type Probe = V1Probe
export type PodSpec = Wire<V1PodSpec>
export type Volume = Wire<V1Volume>

/** What a manager declared by server-side apply. */
export interface ManagedFields {
  manager: string
  operation: 'Apply'
  apiVersion: string
  time: string
  fieldsType: 'FieldsV1'
  fieldsV1: Fields
  subresource?: string
}

export interface Meta extends Omit<Wire<V1ObjectMeta>, 'managedFields'> {
  name: string
  uid: string
  resourceVersion: string
  creationTimestamp: string
  managedFields?: ManagedFields[]
}

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: Meta
  [field: string]: unknown
}

export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
}

export interface ContainerStatus extends Wire<V1ContainerStatus> {
  state: ContainerState
  lastState: ContainerState
}

type StatusLists = 'containerStatuses' | 'initContainerStatuses' | 'conditions'
export interface PodStatus extends Omit<Wire<V1PodStatus>, StatusLists> {
  conditions?: Condition[]
  initContainerStatuses?: ContainerStatus[]
  containerStatuses?: ContainerStatus[]
}

export interface Pod extends KubeObject {
  spec: PodSpec
  status?: PodStatus
}

export interface PodTemplate extends Wire<V1PodTemplateSpec> {
  spec: PodSpec
}

export interface ReplicaSet extends KubeObject {
  spec: Wire<V1ReplicaSetSpec> & { replicas: number; template: PodTemplate }
  status?: Wire<V1ReplicaSetStatus>
}

export interface Deployment extends KubeObject {
  spec: Wire<V1DeploymentSpec> & { replicas: number; template: PodTemplate }
  status?: Omit<Wire<V1DeploymentStatus>, 'conditions'> & { conditions?: Condition[] }
}

export interface Service extends KubeObject {
  spec: Wire<V1ServiceSpec>
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const clone = <T>(value: T): T => structuredClone(value)

/** Kubernetes times have whole seconds (metav1.Time); Lease and Event micro times do not pass through here. */
export const timestamp = (date = new Date()): string => `${date.toISOString().slice(0, 19)}Z`

/** Equality as the API server's semantic DeepEqual has it: key order does not count, absent and undefined are one. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isFields(a) || !isFields(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys) if (!same(a[key], b[key])) return false
  return true
}

/** Walks plain fields: `at(pod, 'spec', 'nodeName')`. */
export function at(value: unknown, ...path: string[]): unknown {
  let current = value
  for (const key of path) current = isFields(current) ? current[key] : undefined
  return current
}
