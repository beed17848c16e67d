import { createPublicKey } from 'node:crypto'
import type { Jwks, SigningKeys } from '@berth/platform/signing'
import jwt from 'jsonwebtoken'
import { z } from 'zod'
import { type Terms, termsDigest } from './contract.ts'
import type { WantedServer } from './input.ts'

const audience = 'berth-servers'

/** How long an accepted plan holds. */
const planSeconds = 600

const claimsShape = z.object({
  sub: z.string(),
  use: z.literal('plan'),
  digest: z.string(),
  wanted: z.object({
    name: z.string(),
    model: z.string(),
    versionId: z.string(),
    replicas: z.number(),
    runtime: z.object({
      contextSize: z.number().nullable(),
      parallel: z.number(),
      threads: z.number(),
      gpuLayers: z.number(),
      batchSize: z.number(),
    }),
  }),
})

/** What a plan's token holds: the input with every default and the version filled in, and the digest of its terms. */
export interface AcceptedPlan {
  wanted: WantedServer
  digest: string
}

export class PlanTokenError extends Error {
  override name = 'PlanTokenError'
}

/** Signs a plan that is allowed, for its tenant alone. */
export async function signPlan(
  keys: SigningKeys,
  tenantId: string,
  terms: Terms,
): Promise<{ token: string; expiresAt: Date }> {
  const wanted = {
    name: terms.name,
    model: terms.modelName,
    versionId: terms.versionId,
    replicas: terms.replicas,
    runtime: {
      ...terms.runtime,
      // A context that was not asked for goes on following the model's own.
      contextSize: terms.contextDefaulted ? null : terms.runtime.contextSize,
    },
  }
  const token = await keys.sign(
    { use: 'plan', digest: termsDigest(terms), wanted },
    { audience, subject: tenantId, expiresInSeconds: planSeconds },
  )
  const { exp } = z.object({ exp: z.number() }).parse(jwt.decode(token))
  return { token, expiresAt: new Date(exp * 1000) }
}

/**
 * Opens a plan's token.
 * @throws PlanTokenError that says why it cannot be taken.
 */
export async function openPlan(
  keys: Pick<SigningKeys, 'jwks'>,
  issuer: string,
  tenantId: string,
  token: string,
): Promise<AcceptedPlan> {
  const claims = claimsShape.safeParse(verified(token, await keys.jwks(), issuer))
  if (!claims.success) throw new PlanTokenError('This is not the token of a plan; ask planServer for one.')
  if (claims.data.sub !== tenantId) {
    throw new PlanTokenError("This plan is another tenant's; ask planServer for one of your own.")
  }
  return { wanted: claims.data.wanted, digest: claims.data.digest }
}

function verified(token: string, { keys }: Jwks, issuer: string): unknown {
  const kid = jwt.decode(token, { complete: true })?.header.kid
  const key = keys.find((jwk) => jwk.kid === kid)
  if (!key) throw new PlanTokenError('This plan was not signed here; ask planServer for one.')
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' })
    return jwt.verify(token, publicKey, { algorithms: ['RS256'], issuer, audience })
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) {
      throw new PlanTokenError(
        `This plan expired at ${error.expiredAt.toISOString()}; plan again, plans hold for ${planSeconds / 60} minutes.`,
      )
    }
    throw new PlanTokenError('This plan was not signed here, or was changed since; ask planServer for one.')
  }
}
