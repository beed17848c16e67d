import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import { explain, type HttpError } from './http.ts'

/**
 * An error handler for what never becomes an operation: it is told in the shape of an answer, since a client of GraphQL
 * reads nothing else.
 */
export function tellAsAnswer(error: HttpError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  if (status >= 500) throw error
  const message = status === 415 ? 'Send GraphQL as application/json.' : explain(error, request)
  const extensions = { code: 'BAD_REQUEST', requestId: request.id }
  return reply.code(status).send({ errors: [{ message, extensions }] })
}

/** Apollo Server would run a subscription as if it were a query. */
export function noSubscriptions<Context extends BaseContext>(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation }) {
          if (operation?.operation !== 'subscription') return
          throw new GraphQLError('Subscriptions run over graphql-ws: connect a WebSocket to /graphql.', {
            extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
          })
        },
      }
    },
  }
}
