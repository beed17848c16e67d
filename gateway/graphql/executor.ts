import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import type { Log } from '@berth/platform/log'
import { GraphQLError } from 'graphql'
import { type Subgraph, SubgraphUnavailable } from '../subgraph.ts'
import type { GatewayContext } from './context.ts'
import type { SupergraphFile } from './supergraph.ts'

/** A subgraph as the query planner's executor asks it: with the caller's token and the request's id. */
export function dataSource(subgraph: Subgraph): GraphQLDataSource {
  return {
    async process({ request, context }) {
      const { caller, requestId, log, peer } = context as GatewayContext
      try {
        return await subgraph.ask({
          query: request.query ?? '',
          ...(request.variables && { variables: request.variables }),
          ...(request.operationName && { operationName: request.operationName }),
          token: caller?.token,
          requestId,
          ...(peer && { peer }),
        })
      } catch (error) {
        if (!(error instanceof SubgraphUnavailable)) throw error
        log.warn({ err: error.cause ?? error, requestId }, error.message)
        throw new GraphQLError(error.message, { extensions: { code: 'SERVICE_UNAVAILABLE' } })
      }
    },
  }
}

/** Apollo's gateway over subgraphs whose addresses come from here, not from the supergraph. */
export function createGateway(options: {
  supergraph: SupergraphFile
  sources: ReadonlyMap<string, GraphQLDataSource>
  log: Log
}): ApolloGateway {
  const { supergraph, sources, log } = options
  return new ApolloGateway({
    logger: {
      // It announces every load; only what goes wrong matters here.
      info: (message) => log.debug(String(message)),
      debug: (message) => log.trace(String(message)),
      warn: (message) => log.warn(String(message)),
      error: (message) => log.error(String(message)),
    },
    __exposeQueryPlanExperimental: false,
    async supergraphSdl({ update }) {
      supergraph.onChange(({ sdl }) => update(sdl))
      return { supergraphSdl: supergraph.current().sdl, cleanup: async () => supergraph.close() }
    },
    buildService({ name }) {
      const source = sources.get(name)
      if (!source) throw new Error(`The subgraph ${name} has no address.`)
      return source
    },
  })
}
