import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { Log } from './log.ts'
import { maskError, type RequestContext } from './subgraph.ts'

/** Closes the socket of a token that is over (4403): the client may connect again with a new one. */
const tokenExpired = 4403

/**
 * Serves graphql-ws at `/graphql` of a fastify app. The token comes in the `authorization` of the connection's
 * parameters; the socket ends when it expires.
 */
export function serveSubscriptions<Context extends RequestContext>(options: {
  app: FastifyInstance
  schema: GraphQLSchema
  log: Log
  contextOf(authorization: string | undefined, requestId: string): Promise<Context>
}): { close(): Promise<void> } {
  const { app, schema, log, contextOf } = options
  const server = new WebSocketServer({ noServer: true, maxPayload: 65_536 })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== '/graphql') {
      // Nobody else listens to a socket that is not upgraded; an error without a listener ends the process.
      socket.on('error', () => socket.destroy())
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request))
  }
  app.server.on('upgrade', upgrade)

  const contexts = new WeakMap<object, Context>()
  const graphql = useServer(
    {
      schema,
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
      context: (connection) => contexts.get(connection.extra.socket),
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
    server,
    12_000,
  )
  return {
    async close() {
      app.server.off('upgrade', upgrade)
      await graphql.dispose()
      for (const client of server.clients) client.close(1001, 'Restarting')
      server.close()
    },
  }
}

function asError({ message, extensions, path }: ReturnType<GraphQLError['toJSON']>): GraphQLError {
  return new GraphQLError(message, { extensions: extensions ?? null, path: path ?? null })
}
