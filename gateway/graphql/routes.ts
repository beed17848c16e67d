import type { IncomingMessage } from 'node:http'
import type { GraphQLDataSource } from '@apollo/gateway'
import fastifyApollo from '@as-integrations/fastify'
import { tellAsAnswer } from '@berth/platform/graph-requests'
import type { Log } from '@berth/platform/log'
import type { TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance } from 'fastify'
import type { Subgraph } from '../subgraph.ts'
import { contextOf } from './context.ts'
import { asError, tellError, tellWithoutSuggestion } from './errors.ts'
import { createGateway, dataSource } from './executor.ts'
import { createApolloServer } from './server.ts'
import { serveSockets } from './subscriptions/sockets.ts'
import { openSupergraph } from './supergraph.ts'

/**
 * For Apollo Sandbox alone. Its page has a policy of its own for scripts, by a nonce; this one keeps what they learn within
 * this origin.
 */
const sandboxPolicy = [
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export interface GraphOptions {
  app: FastifyInstance
  verifier: TokenVerifier
  subgraphs: readonly Subgraph[]
  /** The WebSocket addresses of the subgraphs, by name. */
  addresses: ReadonlyMap<string, string>
  supergraphFile: string
  introspection: boolean
  origins: readonly string[]
  /** The address that a request came from, past the proxies that are trusted. */
  addressOf(request: IncomingMessage): string
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
  const tell = introspection ? tellError : tellWithoutSuggestion
  const rules = () => supergraph.current().rules
  const apollo = createApolloServer({ gateway, rules, introspection, tell, log })
  await apollo.start()

  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method !== 'GET') return
      if (request.headers.accept?.includes('text/html')) {
        return void reply.header('content-security-policy', sandboxPolicy)
      }
      return reply
        .code(405)
        .header('allow', 'POST')
        .send({ errors: [{ message: 'Send GraphQL by POST; GET shows Apollo Sandbox to a browser.' }] })
    })
    scope.setErrorHandler(tellAsAnswer)
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
    tell,
    addressOf: options.addressOf,
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
