import { quote } from '@berth/platform/quote'
import { bearerToken, type Caller, TokenError, type TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { DataSource } from 'typeorm'
import { viewerOf } from '../graphql/context.ts'
import { visibleVersion } from '../registry/visible.ts'
import type { Bucket } from '../store/bucket.ts'

/** How long a download's address holds. A pod asks for a new one each time it starts. */
const urlSeconds = 900

/**
 * Serves `GET /versions/<id>/download`: a fresh signed URL of a version's object, for whoever may read the tenant's models.
 * 200 `{url, sha256, sizeBytes, expiresAt}`; 401, 403, 404; 409 when the version is not READY; 503 when tokens cannot be
 * verified now. Errors are `{error}`.
 */
export function serveDownloads(
  app: FastifyInstance,
  { database, bucket, verifier }: { database: DataSource; bucket: Bucket; verifier: TokenVerifier },
): void {
  app.get<{ Params: { id: string } }>('/versions/:id/download', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const refused = (status: number, error: string): FastifyReply => reply.code(status).send({ error })
    let caller: Caller
    try {
      caller = await verifier.verify(bearerToken(request.headers.authorization))
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      return refused(error.status, error.message)
    }
    const { tenantId } = caller
    if (!caller.scopes.has('models:read')) return refused(403, 'A download needs the scope models:read.')
    if (!tenantId) return refused(403, 'A download needs a token that is narrowed to a tenant.')

    const version = await visibleVersion(
      database.manager,
      viewerOf({ ...caller, tenantId }),
      request.params.id,
    )
    if (!version)
      return refused(404, `There is no version ${quote(request.params.id)} that this tenant can see.`)
    const { objectPath, objectSha256: sha256, objectSize: sizeBytes, status } = version
    if (status !== 'READY' || objectPath === null) {
      return refused(409, `The version is ${status}, not READY; retrieve it first.`)
    }
    const expiresAt = new Date(Date.now() + urlSeconds * 1_000).toISOString()
    return reply.send({ url: await bucket.signedUrl(objectPath, urlSeconds), sha256, sizeBytes, expiresAt })
  })
}
