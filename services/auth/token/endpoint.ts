import type { Log } from '@berth/platform/log'
import { databaseTrouble } from '@berth/platform/outage'
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ClientAddress } from '../throttle/address.ts'
import type { Clients } from './client.ts'
import { TokenFailure } from './failure.ts'
import type { Grants, TokenAnswer } from './grants.ts'
import { readRevocation, readTokenRequest, type TokenRequest } from './request.ts'
import type { Sessions } from './sessions.ts'

export interface EndpointOptions {
  grants: Grants
  clients: Clients
  sessions: Pick<Sessions, 'end'>
  addressOf: ClientAddress
  log: Log
}

/** `POST /auth/token` (RFC 6749) and `POST /auth/revoke` (RFC 7009), in JSON or as forms. */
export async function serveTokens(app: FastifyInstance, options: EndpointOptions): Promise<void> {
  const { clients, sessions, addressOf, log } = options

  await app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 16_384 })
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
      sendFailure(failureOf(error, request, log), reply),
    )
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
    })

    scope.post('/auth/token', { bodyLimit: 16_384 }, async (request) => {
      const asked = readTokenRequest(request.body)
      const address = addressOf(request)
      try {
        const answer = await grant(asked, request.headers.authorization, address, options)
        log.info({ grant: asked.grant_type, by: byWhom(asked), address }, 'token issued')
        return answer
      } catch (error) {
        const why = error instanceof TokenFailure ? error.code : 'server_error'
        log.warn({ grant: asked.grant_type, by: byWhom(asked), address, why }, 'token refused')
        throw error
      }
    })

    scope.post('/auth/revoke', { bodyLimit: 16_384 }, async (request) => {
      const asked = readRevocation(request.body)
      clients.authenticate(request.headers.authorization, asked)
      if (asked.token.split('.').length === 3) {
        throw new TokenFailure(
          'unsupported_token_type',
          'Access tokens end by themselves; revoke the refresh token.',
        )
      }
      await sessions.end(asked.token)
      return {}
    })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]
    const posts = path === '/auth/token' || path === '/auth/revoke'
    const message = posts ? `Send ${path} a POST.` : `There is nothing at ${request.method} ${path}.`
    if (posts) reply.header('allow', 'POST')
    return reply.code(posts ? 405 : 404).send({ error: 'invalid_request', error_description: message })
  })
}

async function grant(
  asked: TokenRequest,
  authorization: string | undefined,
  address: string,
  { grants, clients }: EndpointOptions,
): Promise<TokenAnswer> {
  const client = clients.authenticate(authorization, asked)
  if (asked.grant_type === 'password') return grants.password(asked, address)
  if (asked.grant_type === 'refresh_token') return grants.refresh(asked, address)
  if (!client) {
    throw new TokenFailure('invalid_client', 'Name the client and its secret, by HTTP Basic or in the body.')
  }
  return grants.client(asked, client)
}

/** Who asked, for the log; never more than a name's length of what may be anything. */
function byWhom(asked: TokenRequest): string | undefined {
  return (asked.grant_type === 'password' ? asked.username : asked.client_id)?.slice(0, 64)
}

function failureOf(error: Error & { statusCode?: number }, request: FastifyRequest, log: Log): TokenFailure {
  if (error instanceof TokenFailure) return error
  const status = error.statusCode ?? 500
  if (status < 500) return new TokenFailure('invalid_request', error.message)
  log.error({ err: error, requestId: request.id }, 'a token request failed')
  const trouble = databaseTrouble(error)
  if (trouble) return new TokenFailure('temporarily_unavailable', trouble, 1)
  return new TokenFailure('server_error', `Something broke here; the log has it under ${request.id}.`)
}

function sendFailure(failure: TokenFailure, reply: FastifyReply): FastifyReply {
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  if (failure.code === 'invalid_client') {
    reply.header('www-authenticate', 'Basic realm="berth", charset="UTF-8"')
  }
  return reply.code(failure.status).send({ error: failure.code, error_description: failure.message })
}
