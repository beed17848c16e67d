import { useMemo } from 'react'
import { type CombinedError, useQuery, useSubscription } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { ServerRowFragment, ServersChangedSubscription } from '../generated/graphql.ts'
import { useRetry } from '../graph/use-retry.ts'

export const ServerRow = graphql(`
  fragment ServerRow on Server {
    id
    name
    status
    message
    modelName
    replicas
    readyReplicas
    usage { memoryBytes maxMemoryBytes cpuCores }
    createdAt
    startedAt
    updatedAt
  }
`)

const FirstServers = graphql(`
  query FirstServers {
    servers(first: 100) { edges { node { ...ServerRow } } }
  }
`)

const ServersChanged = graphql(`
  subscription ServersChanged($after: String) {
    serversChanged(after: $after) { cursor type serverId server { ...ServerRow } }
  }
`)

type Change = ServersChangedSubscription['serversChanged']
/** Servers by id; null for one that was deleted while the page was open. */
type Changes = ReadonlyMap<string, ServerRowFragment | null>

/** Takes one change into what is known. */
export function applyChange(known: Changes, { serverId, server }: Change): Changes {
  return new Map(known).set(serverId, server ?? null)
}

/** The first page with every change since laid over it, newest first. */
export function mergeServers(first: readonly ServerRowFragment[], changes: Changes): ServerRowFragment[] {
  const byId = new Map<string, ServerRowFragment | null>(first.map((server) => [server.id, server]))
  for (const [id, server] of changes) byId.set(id, server)
  return [...byId.values()]
    .filter((server) => server !== null)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.name.localeCompare(b.name))
}

/** The tenant's servers as they are now; undefined until the first answer. */
export function useLiveServers(): {
  servers: ServerRowFragment[] | undefined
  error: CombinedError | undefined
} {
  const [query, refetch] = useQuery({ query: FirstServers, requestPolicy: 'network-only' })
  useRetry(query.error, () => refetch({ requestPolicy: 'network-only' }))
  const [{ data: changes }] = useSubscription(
    { query: ServersChanged, variables: {} },
    (known: Changes = new Map(), event) => applyChange(known, event.serversChanged),
  )
  const servers = useMemo(() => {
    if (!query.data) return undefined
    const first = query.data.servers.edges.map(({ node }) => node)
    return mergeServers(first, changes ?? new Map())
  }, [query.data, changes])
  return { servers, error: query.error }
}
