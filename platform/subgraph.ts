import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError, parse } from 'graphql'
import { enforceAccess } from './access.ts'
import { documentLimits } from './document-limits.ts'
import { noSubscriptions, tellAsAnswer } from './graph-requests.ts'
import type { Log } from './log.ts'
import { databaseTrouble } from './outage.ts'
import { scalarResolvers } from './scalars.ts'
import { serveSubscriptions } from './sockets.ts'
import { bearerToken, type Caller, TokenError, type TokenVerifier } from './tokens.ts'

const limits = documentLimits(1.5)

/** What every resolver is given. */
export interface RequestContext {
  /** Undefined for a request without a token, which only public fields answer. */
  caller: Caller | undefined
  requestId: string
  log: Log
}

export interface SubgraphOptions<Context extends RequestContext> {
  /** The subgraph's SDL, `schema/subgraphs/<name>.graphql`. */
  sdl: string
  /** Typed by the generated `Resolvers<Context>`. */
  resolvers: object
  verifier: TokenVerifier
  app: FastifyInstance
  log: Log
  /** Adds what a request needs, such as its own loaders. `request` is that of a query or mutation by POST. */
  context(base: RequestContext, request?: FastifyRequest): Context
}

/**
 * Serves a subgraph at `/graphql` of a server that does not listen yet: queries and mutations by POST, subscriptions by
 * graphql-ws. `@access` is enforced on every root field before its resolver runs. What a resolver throws that is no
 * GraphQLError is logged, and masked to its code and request id.
 */
export async function startSubgraph<Context extends RequestContext>(
  options: SubgraphOptions<Context>,
): Promise<{ close(): Promise<void> }> {
  const { sdl, resolvers, verifier, app, log } = options
  const schema = enforceAccess(
    buildSubgraphSchema([
      {
        typeDefs: parse(sdl),
        resolvers: { ...scalarResolvers, ...resolvers } as GraphQLResolverMap<unknown>,
      },
    ]),
  )
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    parseOptions: { maxTokens: limits.maxTokens },
    validationRules: limits.rules,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    // The process closes itself in order; a stop of Apollo's own would make that wait for ever.
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => maskError(formatted, error, log),
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginInlineTraceDisabled(),
      noSubscriptions(),
      noStore(),
    ],
  })
  await apollo.start()
  const contextOf = async (
    authorization: string | undefined,
    requestId: string,
    request?: FastifyRequest,
  ): Promise<Context> =>
    options.context(
      { caller: await callerOf(verifier, authorization), requestId, log: log.child({ requestId }) },
      request,
    )

  await app.register(async (scope) => {
    scope.setErrorHandler(tellAsAnswer)
    await scope.register(fastifyApollo(apollo), {
      path: '/graphql',
      method: ['POST', 'OPTIONS'],
      context: (request) => contextOf(request.headers.authorization, request.id, request),
    })
  })
  const sockets = serveSubscriptions({ app, schema, limits, log, contextOf })
  return {
    async close() {
      await sockets.close()
      await apollo.stop()
    },
  }
}

async function callerOf(
  verifier: TokenVerifier,
  authorization: string | undefined,
): Promise<Caller | undefined> {
  if (!authorization) return undefined
  try {
    return await verifier.verify(bearerToken(authorization))
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const code = error.reason === 'unavailable' ? 'SERVICE_UNAVAILABLE' : 'UNAUTHENTICATED'
    throw failWith(code, error.message, error.status)
  }
}

/** An error for the `errors` of an answer, with its `extensions.code` and, where the whole request fails, its status. */
export function failWith(code: string, message: string, status?: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...(status && { http: { status } }) } })
}

/** The caller, where a field needs one that belongs to a tenant. */
export function requireCaller(context: RequestContext): Caller & { tenantId: string } {
  const { caller } = context
  if (!caller) throw failWith('UNAUTHENTICATED', 'Sign in first: this field needs a bearer token.')
  const { tenantId } = caller
  if (!tenantId)
    throw failWith('FORBIDDEN', 'This token belongs to no tenant; ask for one that is narrowed to a tenant.')
  return { ...caller, tenantId }
}

/** The first words of a message: one about a value that is wrong repeats the value, however long. */
export const brief = (message: string) => (message.length > 1_000 ? `${message.slice(0, 1_000)}…` : message)

/** Lets through what was meant for the caller; everything else is logged, and told by code and request id alone. */
export function maskError(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  const code = formatted.extensions?.code
  if (cause instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR') {
    return { ...formatted, message: brief(formatted.message) }
  }
  const trouble = databaseTrouble(cause)
  log.error(
    { err: cause, path: formatted.path },
    trouble ? 'the database does not answer' : 'a resolver failed',
  )
  return {
    message: trouble ?? 'Something broke here; the log of the service has it.',
    ...(formatted.path && { path: formatted.path }),
    ...(formatted.locations && { locations: formatted.locations }),
    extensions: { code: trouble ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR' },
  }
}

/** Answers hold what one caller may see, so nothing in between may keep them. */
function noStore<Context extends RequestContext>(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async willSendResponse({ response }) {
          response.http.headers.set('cache-control', 'no-store')
          if (response.body.kind !== 'single') return
          for (const error of response.body.singleResult.errors ?? []) {
            Object.assign(error, { extensions: { ...error.extensions, requestId: contextValue.requestId } })
          }
        },
      }
    },
  }
}
