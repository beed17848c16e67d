import type { Caller } from '@berth/platform/tokens'
import { type Subgraph, SubgraphUnavailable } from '../subgraph.ts'
import { InferenceError, notFound, notReady } from './errors.ts'

const query = 'query ServerState($id: ID!) { server(id: $id) { name status message } }'

/**
 * Why the cluster has no such server: it does not exist for the caller, or it is stopped, retrieving, and the like.
 * Another tenant's server is answered for by the same question, so that nothing tells it from one that is not there.
 */
export async function explainAbsence(
  servers: Subgraph,
  serverId: string,
  { caller, requestId }: { caller: Caller; requestId: string },
): Promise<InferenceError> {
  let answer: Awaited<ReturnType<Subgraph['ask']>>
  try {
    answer = await servers.ask({ query, variables: { id: serverId }, token: caller.token, requestId })
  } catch (error) {
    if (error instanceof SubgraphUnavailable) return unknown(error.message, error)
    throw error
  }
  const failure = answer.errors?.find(({ extensions }) => extensions?.code !== 'FORBIDDEN')
  // Such as a database that is away: nobody has looked whether the server is there.
  if (failure) return unknown(failure.message)
  const server = answer.data?.server
  if (server === null || typeof server !== 'object') return notFound(`The server ${serverId}`)
  const { name, status, message }: { name?: unknown; status?: unknown; message?: unknown } = server
  const why = typeof message === 'string' ? ` ${message}` : ''
  return notReady(String(name), `it is ${String(status)}.${why}`)
}

const unknown = (why: string, cause?: unknown) =>
  new InferenceError(503, 'server_unknown', `Whether this server exists cannot be told now: ${why}`, {
    headers: { 'retry-after': '2' },
    cause,
  })
