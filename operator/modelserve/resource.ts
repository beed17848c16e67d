import type { ModelServe } from '@berth/schema/generated/modelserve.ts'
import { labels, prefix } from '@berth/schema/modelserve.ts'
import type {
  KubernetesObject,
  V1Deployment,
  V1ObjectMeta,
  V1Pod,
  V1Secret,
  V1Service,
} from '@kubernetes/client-node'

export const finalizer = `${prefix}operator`
/** Who writes the fields: the field manager of server-side apply, and the source of events. */
export const fieldManager = 'berth-operator'

/** The ModelServe's name, on everything that was made for it. */
const instanceLabel = 'app.kubernetes.io/instance'

/** Selects what the operator made, in any namespace. */
export const childSelector = `${labels.managedBy}=${fieldManager}`

export type ModelServeSpec = ModelServe['spec']
export type ModelServeStatus = NonNullable<ModelServe['status']>
export type Condition = NonNullable<ModelServeStatus['conditions']>[number]
export type PodStatus = NonNullable<ModelServeStatus['pods']>[number]

/** A ModelServe as the Kubernetes API has it (schema/crds). */
export interface ModelServeResource extends KubernetesObject {
  metadata: V1ObjectMeta & { name: string; namespace: string; uid: string }
  spec: ModelServeSpec
  status?: ModelServeStatus
}

/** What stands in the cluster for one ModelServe. */
export interface Observed {
  deployment?: V1Deployment
  service?: V1Service
  secret?: V1Secret
  pods: readonly V1Pod[]
}

/** `namespace/name`, the key of the work queue. */
export type Key = string

export const keyOf = (meta: V1ObjectMeta | undefined): Key => `${meta?.namespace ?? ''}/${meta?.name ?? ''}`

/** The key of the ModelServe that a child was made for, by its labels. */
export const ownerKeyOf = (child: KubernetesObject): Key =>
  `${child.metadata?.namespace ?? ''}/${child.metadata?.labels?.[instanceLabel] ?? ''}`

export const isDeleting = (object: KubernetesObject) => object.metadata?.deletionTimestamp !== undefined

/** Names of what is made for a ModelServe: deterministic, so that a second pass finds what the first one made. */
export const childNames = (resource: ModelServeResource) => ({
  deployment: resource.metadata.name,
  service: resource.metadata.name,
  secret: `${resource.metadata.name}-models-token`,
})

/** The labels of everything made for a ModelServe. */
export const childLabels = (resource: ModelServeResource): Record<string, string> => ({
  'app.kubernetes.io/name': 'berth-inference',
  [instanceLabel]: resource.metadata.name,
  [labels.managedBy]: fieldManager,
  [labels.serverId]: resource.spec.serverId,
  [labels.tenant]: resource.metadata.labels?.[labels.tenant] ?? '',
})
