import type { GraphQLDataSource } from '@apollo/gateway'
import fastifyApollo from '@as-integrations/fastify'
import type { Log } from '@berth/platform/log'
import type { TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance } from 'fastify'
import type { Subgraph } from '../subgraph.ts'
import { contextOf } from './context.ts'
import { asError } from './errors.ts'
import { createGateway, dataSource } from './executor.ts'
import { createApolloServer } from './server.ts'
import { serveSockets } from './subscriptions/sockets.ts'
import { openSupergraph } from './supergraph.ts'

export interface GraphOptions {
  app: FastifyInstance
  verifier: TokenVerifier
  subgraphs: readonly Subgraph[]
  /** The WebSocket addresses of the subgraphs, by name. */
  addresses: ReadonlyMap<string, string>
  supergraphFile: string
  introspection: boolean
  origins: readonly string[]
  log: Log
}

/** Serves the federated graph at `/graphql`: POST, graphql-ws, and Apollo Sandbox for a browser's GET. */
export async function serveGraph(options: GraphOptions): Promise<{ close(): Promise<void> }> {
  const { app, verifier, subgraphs, addresses, supergraphFile, introspection, origins, log } = options
  const names = subgraphs.map(({ name }) => name)
  const supergraph = await openSupergraph({ file: supergraphFile, subgraphs: names, log })
  const sources = new Map<string, GraphQLDataSource>(
    subgraphs.map((subgraph) => [subgraph.name, dataSource(subgraph)]),
  )
  const gateway = createGateway({ supergraph, sources, log })
  const apollo = createApolloServer({ gateway, rules: () => supergraph.current().rules, introspection, log })
  await apollo.start()

  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method !== 'GET' || request.headers.accept?.includes('text/html')) return
      return reply
        .code(405)
        .header('allow', 'POST')
        .send({ errors: [{ message: 'Send GraphQL by POST; GET shows Apollo Sandbox to a browser.' }] })
    })
    // What never becomes an operation is told in the shape of an answer too: a client of GraphQL reads nothing else.
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500
      if (status >= 500) throw error
      const extensions = { code: 'BAD_REQUEST', requestId: request.id }
      return reply.code(status).send({ errors: [{ message: error.message, extensions }] })
    })
    await scope.register(fastifyApollo(apollo), {
      path: '/graphql',
      method: ['GET', 'POST', 'OPTIONS'],
      context: (request) =>
        contextOf(verifier, request.headers.authorization, {
          requestId: request.id,
          peer: request.ip,
          log: log.child({ requestId: request.id }),
        }),
    })
  })

  const sockets = serveSockets({
    app,
    verifier,
    origins,
    supergraph,
    sources,
    addresses,
    log,
    async execute({ query, variables, operationName }, context) {
      const { body } = await apollo.executeOperation(
        { query, variables: variables ?? {}, ...(operationName && { operationName }) },
        { contextValue: context },
      )
      if (body.kind !== 'single') throw new Error('An incremental answer cannot go over this socket.')
      const { data, errors } = body.singleResult
      return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(asError) }) }
    },
  })

  return {
    async close() {
      await sockets.close()
      await apollo.stop()
    },
  }
}
