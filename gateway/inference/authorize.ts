import { bearerToken, type Caller, type TokenVerifier } from '@berth/platform/tokens'
import type { FastifyRequest } from 'fastify'
import { InferenceError } from './errors.ts'

const scope = 'servers:invoke'

export type TenantCaller = Caller & { tenantId: string }

/**
 * Who is calling, where the token allows inference.
 * @throws TokenError without a valid token, InferenceError 403 without the scope or a tenant.
 */
export async function authorize(verifier: TokenVerifier, request: FastifyRequest): Promise<TenantCaller> {
  const caller = await verifier.verify(bearerToken(request.headers.authorization))
  const { tenantId } = caller
  if (!caller.scopes.has(scope))
    throw forbidden(`This needs the scope ${scope}, which the token does not have.`)
  if (!tenantId) throw forbidden('This token belongs to no tenant.')
  return { ...caller, tenantId }
}

function forbidden(message: string): InferenceError {
  return new InferenceError(403, 'forbidden', message, { type: 'permission_error' })
}
