import { bearerToken, type Caller, TokenError, type TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DataSource } from 'typeorm'
import { serversOfVersion } from '../records/queries.ts'
import type { Feed } from './feed.ts'
import { reportShape } from './report.ts'

/** A full report of some thousands of servers with their pods. */
const reportLimitBytes = 32 * 2 ** 20

/** What other services of Berth ask of this one; people have no way in. */
export function serveInternal(
  app: FastifyInstance,
  options: {
    /** Takes tokens for `berth-servers` alone. */
    verifier: TokenVerifier
    feed: Feed
    database: DataSource
  },
): void {
  const { verifier, feed, database } = options
  const requires = (scope: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = await refuse(verifier, request.headers.authorization, scope)
    if (refusal) return reply.code(refusal.status).send({ error: refusal.error })
  }

  app.post(
    '/internal/status',
    { preHandler: requires('status:publish'), bodyLimit: reportLimitBytes },
    async (request, reply) => {
      const report = reportShape.safeParse(request.body)
      if (!report.success) {
        const [issue] = report.error.issues
        const error = `The report cannot be read: ${issue?.path.join('.')}: ${issue?.message}`
        return reply.code(400).send({ error })
      }
      await feed.receive(report.data)
      return reply.code(204).send()
    },
  )

  app.get<{ Params: { id: string } }>(
    '/internal/versions/:id/servers',
    { preHandler: requires('servers:read') },
    async (request) => ({ servers: await serversOfVersion(database, request.params.id) }),
  )
}

interface Refusal {
  status: number
  error: string
}

async function refuse(
  verifier: TokenVerifier,
  authorization: string | undefined,
  scope: string,
): Promise<Refusal | undefined> {
  let caller: Caller
  try {
    caller = await verifier.verify(bearerToken(authorization))
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return { status: error.status, error: error.message }
  }
  if (caller.kind === 'service' && caller.scopes.has(scope)) return undefined
  return { status: 403, error: `This is for services with the scope ${scope}.` }
}
