import type { Log } from '@berth/platform/log'
import type { ServiceTokens } from '@berth/platform/tokens'
import type { V1Secret } from '@kubernetes/client-node'
import jwt from 'jsonwebtoken'
import { type ModelsToken, tokenExpiresAnnotation } from '../modelserve/plan.ts'

/** What the Secret of a ModelServe should hold now, and when to look at it again. */
export interface TokenAdvice {
  /** Absent when the Secret that is there is good. */
  token?: ModelsToken
  againAfterMs: number
}

/** The platform gives the same token until half of its life is over; a moment later there is a new one. */
const afterHalfLifeMs = 2_000
const lifeMs = 3_600_000

/**
 * Keeps a tenant-narrowed token of scope models:read in each server's Secret, for the pods' init container. A Secret
 * whose token has yet more than half an hour is left alone; while the auth service is away, so is one not yet expired.
 * @throws TokenError when there is no usable token at all.
 */
export function createModelsTokens(tokens: Pick<ServiceTokens, 'get'>, log: Log) {
  return async (tenant: string, secret: V1Secret | undefined, now = Date.now()): Promise<TokenAdvice> => {
    const expiresAt = Date.parse(secret?.metadata?.annotations?.[tokenExpiresAnnotation] ?? '') || 0
    const leftMs = secret?.data?.token ? expiresAt - now : 0
    if (leftMs > lifeMs / 2) return { againAfterMs: leftMs - lifeMs / 2 + afterHalfLifeMs }
    try {
      const token = await tokens.get({ audience: 'berth-models', scope: 'models:read', tenant })
      const fresh = { token, expiresAt: expiryOf(token) ?? now + 60_000 }
      const freshMs = fresh.expiresAt - now
      // A token that came from the cache may be past its middle; then the next look is soon.
      const againAfterMs = Math.max(freshMs - lifeMs / 2, Math.min(freshMs / 2, 30_000)) + afterHalfLifeMs
      return { token: fresh, againAfterMs }
    } catch (error) {
      if (leftMs <= 0) throw error
      log.warn({ err: error, tenant, leftMs }, 'a models token could not be renewed yet')
      return { againAfterMs: Math.min(30_000, leftMs) }
    }
  }
}

export type ModelsTokens = ReturnType<typeof createModelsTokens>

/** Milliseconds since the epoch. The token came from the auth service itself, so its word is enough here. */
function expiryOf(token: string): number | undefined {
  const claims = jwt.decode(token)
  return claims !== null && typeof claims === 'object' && claims.exp ? claims.exp * 1000 : undefined
}
