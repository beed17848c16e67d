import { KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import { modelsBucket } from './bucket.ts'
import { field } from './graph.ts'
import type { LocalBerth } from './launch.ts'
import { type ServerState, serverFields } from './servers.ts'

/** Everything that a Berth has for one tenant's servers and models, wherever it is kept. */
export interface Inventory {
  servers: ServerState[]
  versions: { id: string; name: string; status: string; path: string | undefined }[]
  /** What the cluster has that carries a server's label, of all namespaces. */
  cluster: { kind: Kind; name: string; serverId: string }[]
  /** Keys of the bucket of models, and those of uploads that were not finished. */
  objects: string[]
  uploads: string[]
}

const kinds = {
  ModelServe: 'berth.dev/v1alpha1',
  Deployment: 'apps/v1',
  Service: 'v1',
  Secret: 'v1',
  Pod: 'v1',
} as const
type Kind = keyof typeof kinds
const kindNames = Object.keys(kinds) as Kind[]

const serverId = 'berth.dev/server-id'

/** Reads everything anew; the graph, the cluster and the object store must be up. */
export async function takeInventory(berth: LocalBerth, token: string): Promise<Inventory> {
  const [servers, versions, cluster, objects, uploads] = await Promise.all([
    serversOf(berth.url, token),
    versionsOf(berth.url, token),
    clusterOf(berth.kubeconfig),
    modelsBucket(berth).list(),
    modelsBucket(berth).uploads(),
  ])
  return { servers, versions, cluster, objects: objects.map(({ key }) => key), uploads }
}

async function serversOf(berth: string, token: string): Promise<ServerState[]> {
  const query = `{ servers(first: 100) { edges { node { ${serverFields} } } } }`
  const { edges } = await field<{ edges: { node: ServerState }[] }>(berth, query, {}, token)
  return edges.map(({ node }) => node)
}

async function versionsOf(berth: string, token: string): Promise<Inventory['versions']> {
  const query = '{ models(first: 100) { edges { node { name versions { id status file { path } } } } } }'
  const { edges } = await field<{
    edges: {
      node: { name: string; versions: { id: string; status: string; file: { path: string } | null }[] }
    }[]
  }>(berth, query, {}, token)
  return edges.flatMap(({ node: { name, versions } }) =>
    versions.map(({ id, status, file }) => ({ id, name, status, path: file?.path })),
  )
}

async function clusterOf(kubeconfig: string): Promise<Inventory['cluster']> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const api = KubernetesObjectApi.makeApiClient(config)
  const list = async (kind: Kind) => {
    const all = [undefined, undefined, undefined, undefined, undefined] as const
    const { items } = await api.list(kinds[kind], kind, ...all, serverId)
    return items.map(({ metadata }) => ({
      kind,
      name: metadata?.name ?? '',
      serverId: metadata?.labels?.[serverId] ?? '',
    }))
  }
  return (await Promise.all(kindNames.map(list))).flat()
}

/**
 * What is lost, doubled or left over once everything has settled, in sentences: each running server has one of
 * everything and as many pods as it wants, every other one nothing; each retrieved version has its object, once.
 */
export function discrepancies({ servers, versions, cluster, objects, uploads }: Inventory): string[] {
  const found: string[] = []
  const known = new Map(servers.map((server) => [server.id, server]))
  if (known.size < servers.length) found.push('The graph lists a server twice.')
  for (const { id, name, status, replicas } of servers) {
    const wanted = status === 'READY' ? 1 : 0
    if (status !== 'READY' && status !== 'STOPPED') found.push(`The server ${name} is ${status}.`)
    for (const kind of kindNames) {
      const has = cluster.filter((object) => object.serverId === id && object.kind === kind).length
      const should = kind === 'Pod' ? wanted * replicas : wanted
      if (has !== should) found.push(`The server ${name} (${status}) has ${has} of ${kind}, not ${should}.`)
    }
  }
  for (const { kind, name, serverId: id } of cluster) {
    if (!known.has(id)) found.push(`${kind} ${name} belongs to no server.`)
  }
  const paths = new Set(versions.flatMap(({ path }) => path ?? []))
  for (const { name, status, path } of versions) {
    if (status === 'READY' && !objects.includes(path ?? '')) found.push(`The file of ${name} is lost.`)
    if (status === 'RETRIEVING') found.push(`The model ${name} is still being retrieved.`)
  }
  for (const key of objects) if (!paths.has(key)) found.push(`The object ${key} belongs to no version.`)
  for (const key of uploads) found.push(`The upload of ${key} was left unfinished.`)
  return found
}
