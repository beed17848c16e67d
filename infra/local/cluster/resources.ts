import type {
  V1CustomResourceColumnDefinition,
  V1CustomResourceSubresourceScale,
} from '@kubernetes/client-node'
import type { Fields } from './objects.ts'

export type ScalePaths = V1CustomResourceSubresourceScale
export type Column = V1CustomResourceColumnDefinition

/** A kind at one version, built in or from a CustomResourceDefinition. */
export interface Resource {
  group: string
  version: string
  plural: string
  singular: string
  kind: string
  namespaced: boolean
  shortNames: string[]
  categories: string[]
  status: boolean
  scale: ScalePaths | undefined
  /** Set for custom resources: their structural schema and printer columns. */
  custom: { schema: Fields; columns: Column[] } | undefined
  verbs: string[]
}

export const allVerbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
const replicas: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
}

function builtin(group: string, kind: string, plural: string, more: Partial<Resource> = {}): Resource {
  return {
    group,
    version: 'v1',
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    categories: [],
    status: false,
    scale: undefined,
    custom: undefined,
    verbs: allVerbs,
    ...more,
  }
}

const running = { categories: ['all'], status: true }
const wide = { namespaced: false }
const admission = 'admissionregistration.k8s.io'
const extensions = 'apiextensions.k8s.io'

export const pods = builtin('', 'Pod', 'pods', { shortNames: ['po'], ...running })
export const services = builtin('', 'Service', 'services', { shortNames: ['svc'], ...running })
export const secrets = builtin('', 'Secret', 'secrets')
export const configMaps = builtin('', 'ConfigMap', 'configmaps', { shortNames: ['cm'] })
export const events = builtin('', 'Event', 'events', { shortNames: ['ev'] })
export const namespaces = builtin('', 'Namespace', 'namespaces', {
  shortNames: ['ns'],
  status: true,
  ...wide,
})
export const deployments = builtin('apps', 'Deployment', 'deployments', {
  shortNames: ['deploy'],
  scale: replicas,
  ...running,
})
export const replicaSets = builtin('apps', 'ReplicaSet', 'replicasets', {
  shortNames: ['rs'],
  scale: replicas,
  ...running,
})
export const endpointSlices = builtin('discovery.k8s.io', 'EndpointSlice', 'endpointslices')
export const customResourceDefinitions = builtin(
  extensions,
  'CustomResourceDefinition',
  'customresourcedefinitions',
  { shortNames: ['crd', 'crds'], status: true, ...wide },
)
export const validatingWebhooks = builtin(
  admission,
  'ValidatingWebhookConfiguration',
  'validatingwebhookconfigurations',
  wide,
)
export const mutatingWebhooks = builtin(
  admission,
  'MutatingWebhookConfiguration',
  'mutatingwebhookconfigurations',
  wide,
)
export const podMetrics = builtin('metrics.k8s.io', 'PodMetrics', 'pods', {
  version: 'v1beta1',
  verbs: ['get', 'list'],
})

export const builtins: Resource[] = [
  pods,
  services,
  secrets,
  configMaps,
  events,
  namespaces,
  deployments,
  replicaSets,
  endpointSlices,
  builtin('coordination.k8s.io', 'Lease', 'leases'),
  customResourceDefinitions,
  validatingWebhooks,
  mutatingWebhooks,
  podMetrics,
]

/** The store's name of a kind: the same at every version. */
export const kindOf = (resource: { group: string; plural: string }): string =>
  `${resource.group}/${resource.plural}`

export const apiVersionOf = (resource: { group: string; version: string }): string =>
  resource.group ? `${resource.group}/${resource.version}` : resource.version

/** Every kind served now: built in, and one per served version of each CustomResourceDefinition. */
export interface Catalog {
  all(): Resource[]
  find(group: string, version: string, plural: string): Resource | undefined
  byKind(group: string, kind: string): Resource | undefined
  setCustom(definition: string, resources: Resource[]): void
}

export function createCatalog(): Catalog {
  const custom = new Map<string, Resource[]>()
  const all = (): Resource[] => [...builtins, ...[...custom.values()].flat()]
  return {
    all,
    find: (group, version, plural) =>
      all().find((r) => r.plural === plural && r.group === group && r.version === version),
    byKind: (group, kind) => all().find((r) => r.kind === kind && r.group === group),
    setCustom(definition, resources) {
      if (resources.length > 0) custom.set(definition, resources)
      else custom.delete(definition)
    },
  }
}
