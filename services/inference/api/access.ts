import { bearerToken, TokenError, type TokenVerifier } from '@berth/platform/tokens'
import { ApiFailure } from './failure.ts'

/** Admits a request by its Authorization header. @throws ApiFailure */
export type Admit = (authorization: string | undefined) => Promise<void>

/** Only callers who may talk to servers come in, and only to their own tenant's: to others there is no server here. */
export function createAdmission(verifier: TokenVerifier, tenantId: string): Admit {
  return async (authorization) => {
    const caller = await verifier.verify(bearerToken(authorization)).catch((error: unknown) => {
      if (!(error instanceof TokenError)) throw error
      if (error.reason === 'unavailable') {
        throw new ApiFailure(503, 'authentication_unavailable', error.message, { retryAfterSeconds: 1 })
      }
      throw new ApiFailure(401, 'invalid_api_key', error.message)
    })
    if (!caller.scopes.has('servers:invoke')) {
      throw new ApiFailure(403, 'insufficient_scope', 'This token lacks the scope servers:invoke.')
    }
    if (caller.tenantId !== tenantId) {
      throw new ApiFailure(404, 'not_found', 'This server does not exist, or is not yours to use.')
    }
  }
}
