import type { FastifyInstance } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { type DocumentLimits, mistakesIn, parseDocument } from './document-limits.ts'
import type { Log } from './log.ts'
import { maskError, type RequestContext } from './subgraph.ts'
import { serveWebSockets } from './websockets.ts'

/** Closes the socket of a token that is over (4403): the client may connect again with a new one. */
const tokenExpired = 4403
/** More than the gateway lets one client have, whose operations come over one socket. */
const operationsPerSocket = 60

/**
 * Serves graphql-ws at `/graphql` of a fastify app. The token comes in the `authorization` of the connection's
 * parameters; the socket ends when it expires.
 */
export function serveSubscriptions<Context extends RequestContext>(options: {
  app: FastifyInstance
  schema: GraphQLSchema
  limits: DocumentLimits
  log: Log
  contextOf(authorization: string | undefined, requestId: string): Promise<Context>
}): { close(): Promise<void> } {
  const { app, schema, limits, log, contextOf } = options
  const sockets = serveWebSockets({ app, log })
  const contexts = new WeakMap<object, Context>()
  const graphql = useServer(
    {
      // An error of its own is told as no more than that.
      isProd: true,
      connectionInitWaitTimeout: 5_000,
      async onConnect(connection) {
        const { authorization } = connection.connectionParams ?? {}
        let context: Context
        try {
          context = await contextOf(
            typeof authorization === 'string' ? authorization : undefined,
            crypto.randomUUID(),
          )
        } catch (error) {
          if (error instanceof GraphQLError) return false
          throw error
        }
        const { socket } = connection.extra
        contexts.set(socket, context)
        const { caller } = context
        if (caller) {
          const life = Math.min(Math.max(caller.expiresAt - Date.now(), 0), 2 ** 31 - 1)
          const timer = setTimeout(() => socket.close(tokenExpired, 'The token expired'), life)
          socket.once('close', () => clearTimeout(timer))
        }
        return true
      },
      onSubscribe({ extra, subscriptions }, _id, { query, operationName, variables }) {
        if (Object.keys(subscriptions).length > operationsPerSocket) {
          return [tooManyOperations(operationsPerSocket)]
        }
        try {
          const document = parseDocument(query, limits)
          const mistakes = mistakesIn(schema, document, limits)
          if (mistakes.length > 0) return mistakes
          const contextValue = contexts.get(extra.socket)
          return { schema, document, operationName, variableValues: variables, contextValue }
        } catch (error) {
          return [
            error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error }),
          ]
        }
      },
      onError: (_connection, _id, _payload, errors) =>
        errors.map((error) => maskError(error.toJSON(), error, log)),
      onNext: (_connection, _id, _payload, _args, result) =>
        result.errors
          ? {
              ...result,
              errors: result.errors.map((error) => asError(maskError(error.toJSON(), error, log))),
            }
          : result,
    },
    sockets.server,
    12_000,
  )
  return {
    async close() {
      sockets.close()
      await graphql.dispose()
    },
  }
}

/** The refusal of an operation on a socket that runs as many as it may. */
export function tooManyOperations(limit: number): GraphQLError {
  return new GraphQLError(`More than ${limit} operations run on this socket; end one first.`, {
    extensions: { code: 'TOO_MANY_OPERATIONS' },
  })
}

function asError({ message, extensions, path }: ReturnType<GraphQLError['toJSON']>): GraphQLError {
  return new GraphQLError(message, { extensions: extensions ?? null, path: path ?? null })
}
