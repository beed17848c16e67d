import type { Fields } from './objects.ts'

/** Where a `scale` subresource finds its numbers (CRD `subresources.scale`), as `.spec.replicas` paths. */
export interface ScalePaths {
  specReplicasPath: string
  statusReplicasPath: string
  labelSelectorPath?: string
}

export interface Column {
  name: string
  type: string
  jsonPath: string
  priority?: number
  format?: string
  description?: string
}

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
  /** Verbs other than the usual eight, for review and metrics kinds. */
  verbs: string[]
}

const usual = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const replicas: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
}

interface Options {
  short?: string[]
  categories?: string[]
  cluster?: boolean
  status?: boolean
  scale?: boolean
  verbs?: string[]
  singular?: string
}

function builtin(
  group: string,
  version: string,
  kind: string,
  plural: string,
  options: Options = {},
): Resource {
  return {
    group,
    version,
    kind,
    plural,
    singular: options.singular ?? kind.toLowerCase(),
    namespaced: !options.cluster,
    shortNames: options.short ?? [],
    categories: options.categories ?? [],
    status: options.status ?? false,
    scale: options.scale ? replicas : undefined,
    custom: undefined,
    verbs: options.verbs ?? usual,
  }
}

const all = ['all']
const cluster = true
const admission = 'admissionregistration.k8s.io'
const rbac = 'rbac.authorization.k8s.io'

export const pods = builtin('', 'v1', 'Pod', 'pods', { short: ['po'], categories: all, status: true })
export const namespaces = builtin('', 'v1', 'Namespace', 'namespaces', {
  short: ['ns'],
  cluster,
  status: true,
})
export const services = builtin('', 'v1', 'Service', 'services', {
  short: ['svc'],
  categories: all,
  status: true,
})
export const secrets = builtin('', 'v1', 'Secret', 'secrets')
export const configMaps = builtin('', 'v1', 'ConfigMap', 'configmaps', { short: ['cm'] })
export const events = builtin('', 'v1', 'Event', 'events', { short: ['ev'] })
export const nodes = builtin('', 'v1', 'Node', 'nodes', { short: ['no'], cluster, status: true })
export const deployments = builtin('apps', 'v1', 'Deployment', 'deployments', {
  short: ['deploy'],
  categories: all,
  status: true,
  scale: true,
})
export const replicaSets = builtin('apps', 'v1', 'ReplicaSet', 'replicasets', {
  short: ['rs'],
  categories: all,
  status: true,
  scale: true,
})
export const endpointSlices = builtin('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices')
export const customResourceDefinitions = builtin(
  'apiextensions.k8s.io',
  'v1',
  'CustomResourceDefinition',
  'customresourcedefinitions',
  { short: ['crd', 'crds'], categories: ['api-extensions'], cluster, status: true },
)
export const validatingWebhooks = builtin(
  admission,
  'v1',
  'ValidatingWebhookConfiguration',
  'validatingwebhookconfigurations',
  { categories: ['api-extensions'], cluster },
)
export const mutatingWebhooks = builtin(
  admission,
  'v1',
  'MutatingWebhookConfiguration',
  'mutatingwebhookconfigurations',
  { categories: ['api-extensions'], cluster },
)
export const podMetrics = builtin('metrics.k8s.io', 'v1beta1', 'PodMetrics', 'pods', {
  verbs: ['get', 'list'],
})
export const nodeMetrics = builtin('metrics.k8s.io', 'v1beta1', 'NodeMetrics', 'nodes', {
  verbs: ['get', 'list'],
  cluster,
})

/** The kinds that are built in. What is only stored has no controller behind it: see LIMITS.md. */
export const builtins: Resource[] = [
  pods,
  namespaces,
  services,
  secrets,
  configMaps,
  events,
  nodes,
  builtin('', 'v1', 'ServiceAccount', 'serviceaccounts', { short: ['sa'] }),
  builtin('', 'v1', 'ResourceQuota', 'resourcequotas', { short: ['quota'], status: true }),
  deployments,
  replicaSets,
  endpointSlices,
  builtin('coordination.k8s.io', 'v1', 'Lease', 'leases'),
  customResourceDefinitions,
  validatingWebhooks,
  mutatingWebhooks,
  builtin('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', {
    short: ['netpol'],
    singular: 'networkpolicy',
  }),
  builtin(rbac, 'v1', 'Role', 'roles'),
  builtin(rbac, 'v1', 'RoleBinding', 'rolebindings'),
  builtin(rbac, 'v1', 'ClusterRole', 'clusterroles', { cluster }),
  builtin(rbac, 'v1', 'ClusterRoleBinding', 'clusterrolebindings', { cluster }),
  builtin('authorization.k8s.io', 'v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', {
    cluster,
    verbs: ['create'],
  }),
  podMetrics,
  nodeMetrics,
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
