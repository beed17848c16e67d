import type { Fields } from './objects.ts'
import { apiVersionOf, type Catalog, type Resource } from './resources.ts'

export const version = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0+pocket',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2025-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
}

function apiResources(resource: Resource): Fields[] {
  const base = {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    shortNames: resource.shortNames,
    categories: resource.categories,
  }
  const sub = (name: string, kind: string, verbs: string[], more: Fields = {}): Fields => ({
    name: `${resource.plural}/${name}`,
    singularName: '',
    namespaced: resource.namespaced,
    kind,
    verbs,
    ...more,
  })
  const change = ['get', 'patch', 'update']
  const result: Fields[] = [base]
  if (resource.status) result.push(sub('status', resource.kind, change))
  if (resource.scale) result.push(sub('scale', 'Scale', change, { group: 'autoscaling', version: 'v1' }))
  if (resource.kind === 'Pod') result.push(sub('log', 'Pod', ['get']))
  return result
}

/** The patch operations that tell kubectl that the server validates fields itself, so that it needs no schemas. */
function openApi(resources: Resource[]): Fields {
  const paths: Fields = {}
  for (const resource of resources) {
    const prefix = resource.group ? `/apis/${apiVersionOf(resource)}` : '/api/v1'
    const place = resource.namespaced ? `${prefix}/namespaces/{namespace}` : prefix
    const gvk = { group: resource.group, version: resource.version, kind: resource.kind }
    paths[`${place}/${resource.plural}/{name}`] = {
      patch: {
        parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
          name,
          in: 'query',
          schema: { type: 'string' },
        })),
        'x-kubernetes-action': 'patch',
        'x-kubernetes-group-version-kind': gvk,
        responses: {},
      },
    }
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: version.gitVersion },
    paths,
    components: { schemas: {} },
  }
}

/** The non-resource paths: discovery, OpenAPI, version. Undefined for any other path. */
export function discover(catalog: Catalog, path: string, address: string): Fields | undefined {
  const parts = path.split('/').filter(Boolean)
  const resources = catalog.all()
  const group = (name: string): Fields | undefined => {
    const versions = [...new Set(resources.filter((r) => r.group === name).map((r) => r.version))]
    if (name === '' || versions.length === 0) return undefined
    const told = versions.map((item) => ({ groupVersion: `${name}/${item}`, version: item }))
    return { name, versions: told, preferredVersion: told[0] }
  }
  const resourceList = (of: Resource[], groupVersion: string): Fields | undefined =>
    of.length > 0 || groupVersion === 'v1'
      ? { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: of.flatMap(apiResources) }
      : undefined
  const at = (name = '', item = ''): Resource[] =>
    resources.filter((r) => r.group === name && r.version === item)

  if (path === '/api')
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
    }
  if (path === '/api/v1') return resourceList(at('', 'v1'), 'v1')
  if (path === '/apis') {
    const names = [...new Set(resources.map((r) => r.group))].filter(Boolean)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map(group) }
  }
  if (parts[0] === 'apis' && parts.length === 2) {
    const found = group(parts[1] ?? '')
    return found && { kind: 'APIGroup', apiVersion: 'v1', ...found }
  }
  if (parts[0] === 'apis' && parts.length === 3)
    return resourceList(at(parts[1], parts[2]), `${parts[1]}/${parts[2]}`)
  if (path === '/openapi/v3') {
    const versions = [...new Set(resources.map((r) => (r.group ? `apis/${apiVersionOf(r)}` : 'api/v1')))]
    return {
      paths: Object.fromEntries(versions.map((item) => [item, { serverRelativeURL: `/openapi/v3/${item}` }])),
    }
  }
  if (path === '/openapi/v3/api/v1') return openApi(at('', 'v1'))
  if (path.startsWith('/openapi/v3/apis/') && parts.length === 5) return openApi(at(parts[3], parts[4]))
  return undefined
}
