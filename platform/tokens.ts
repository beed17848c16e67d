import jwt, { type JwtPayload } from 'jsonwebtoken'
import { request } from 'undici'
import { createKeySet } from './key-set.ts'

/** The only algorithm that Berth signs with, and so the only one that is accepted. */
const algorithms: jwt.Algorithm[] = ['RS256']

/** Why there is no caller, or no token; the message is meant for whoever asked. */
export class TokenError extends Error {
  override name = 'TokenError'
  readonly reason: 'missing' | 'expired' | 'invalid' | 'unavailable'
  /** The HTTP status of a request that fails for it. */
  get status(): 401 | 503 {
    return this.reason === 'unavailable' ? 503 : 401
  }
  constructor(reason: TokenError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

export interface VerifierOptions {
  /** Where the issuer publishes its keys (key-set.ts says for how long they are kept). */
  jwksUrl: string
  issuer: string
  audiences: string[]
}

export type VerifyJwt = (token: string, options?: { ignoreExpiration?: boolean }) => Promise<JwtPayload>

/**
 * Verifies JSON Web Tokens (RFC 7519) against a JWKS: signature, algorithm, issuer, audience, expiry. The key is one
 * that the issuer publishes; what a token's own header says of keys (`jwk`, `jku`, `x5u`) is never read.
 * @throws TokenError
 */
export function createJwtVerifier({ jwksUrl, issuer, audiences }: VerifierOptions): VerifyJwt {
  const [first, ...more] = audiences
  if (first === undefined) throw new TypeError('A verifier needs at least one audience.')
  const keys = createKeySet(jwksUrl)

  async function publicKey(token: string): Promise<string> {
    const { alg, kid, crit } = jwt.decode(token, { complete: true })?.header ?? {}
    if (alg !== 'RS256' || typeof kid !== 'string') {
      throw new TokenError('invalid', 'The token is not an RS256 token with a key id.')
    }
    // RFC 7515, section 4.1.11: extensions that must be understood are not, and jsonwebtoken does not look.
    if (crit !== undefined)
      throw new TokenError('invalid', 'The token asks for extensions (crit); there are none here.')
    const key = await keys.find(kid).catch((error: unknown) => {
      const message = `The keys at ${jwksUrl} cannot be read now; try again.`
      throw new TokenError('unavailable', message, { cause: error })
    })
    if (key) return key
    throw new TokenError('invalid', 'The token was signed with a key that its issuer does not publish.')
  }

  return async (token, { ignoreExpiration = false } = {}) => {
    const key = await publicKey(token)
    try {
      const payload = jwt.verify(token, key, {
        algorithms,
        issuer,
        audience: [first, ...more],
        ignoreExpiration,
      })
      if (typeof payload === 'string') throw new TokenError('invalid', 'The token carries no claims.')
      return payload
    } catch (error) {
      if (error instanceof TokenError) throw error
      if (error instanceof jwt.TokenExpiredError) {
        throw new TokenError(
          'expired',
          `The token expired at ${error.expiredAt.toISOString()}; get a new one.`,
        )
      }
      const why = error instanceof Error ? error.message : 'unknown reason'
      throw new TokenError('invalid', `The token is not valid: ${why}.`)
    }
  }
}

/** Who is calling, as the access token says. */
export interface Caller {
  kind: 'user' | 'service'
  /** The user's id, or the service's client id. */
  subject: string
  username?: string
  role?: 'ADMIN' | 'OPERATOR' | 'USER'
  scopes: ReadonlySet<string>
  tenantId?: string
  /** The tenant's Kubernetes namespace. */
  namespace?: string
  /** The token itself, to be passed on. */
  token: string
  /** Milliseconds since the epoch. */
  expiresAt: number
}

export interface TokenVerifier {
  /** @throws TokenError */
  verify(token: string | undefined): Promise<Caller>
}

/** Verifies the access tokens of Berth's auth service. */
export function createTokenVerifier(options: VerifierOptions): TokenVerifier {
  const verifyJwt = createJwtVerifier(options)
  return {
    async verify(token) {
      if (!token) {
        const message =
          'There is no bearer token: send one header "Authorization: Bearer <token>", from /auth/token.'
        throw new TokenError('missing', message)
      }
      return callerOf(await verifyJwt(token), token)
    },
  }
}

const roles = ['ADMIN', 'OPERATOR', 'USER'] as const

function callerOf(claims: JwtPayload, token: string): Caller {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined)
  if (!claims.sub || !claims.exp) throw new TokenError('invalid', 'The token names no subject or no expiry.')
  const role = roles.find((known) => known === claims.role)
  const caller: Caller = {
    kind: role ? 'user' : 'service',
    subject: claims.sub,
    scopes: new Set((text('scope') ?? '').split(' ').filter(Boolean)),
    token,
    expiresAt: claims.exp * 1000,
  }
  return Object.assign(caller, {
    username: text('username'),
    role,
    tenantId: text('tenant'),
    namespace: text('namespace'),
  })
}

/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1), or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([\w\-.~+/]+=*) *$/i.exec(header ?? '')?.[1]
}

export interface ServiceTokens {
  /**
   * A token of this service for another one's audience, with a scope, and narrowed to a tenant where one is given.
   * @throws TokenError `unavailable` when the auth service cannot be reached, `invalid` when it refuses.
   */
  get(wanted: { audience: string; scope: string; tenant?: string }): Promise<string>
  /** The other side answered 401 to this token: it is not given again. */
  refused(token: string): void
}

/** Gets tokens by client credentials (RFC 6749, section 4.4), each kept until half of its life is over. */
export function createServiceTokens(client: {
  tokenUrl: string
  clientId: string
  clientSecret: string
}): ServiceTokens {
  const kept = new Map<string, { token: Promise<string>; text?: string; renewAt: number }>()

  async function ask(wanted: Record<string, string>): Promise<{ token: string; lifeMs: number }> {
    const response = await request(client.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret,
        ...wanted,
      }),
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
    }).catch((error: unknown) => {
      throw new TokenError(
        'unavailable',
        `The auth service at ${client.tokenUrl} cannot be reached; try again.`,
        {
          cause: error,
        },
      )
    })
    const body = (await response.body.json().catch(() => ({}))) as Record<string, unknown>
    if (typeof body.access_token === 'string') {
      return { token: body.access_token, lifeMs: Number(body.expires_in ?? 60) * 1000 }
    }
    const reason = response.statusCode >= 500 || response.statusCode === 429 ? 'unavailable' : 'invalid'
    const why = body.error_description ?? body.error ?? `status ${response.statusCode}`
    throw new TokenError(reason, `The auth service gave ${client.clientId} no token: ${String(why)}.`)
  }

  return {
    get(wanted) {
      const key = JSON.stringify([wanted.audience, wanted.scope, wanted.tenant])
      const known = kept.get(key)
      if (known && known.renewAt > Date.now()) return known.token
      const entry: NonNullable<typeof known> = {
        token: Promise.resolve(''),
        renewAt: Number.POSITIVE_INFINITY,
      }
      entry.token = ask({ ...wanted }).then(
        ({ token, lifeMs }) => {
          entry.renewAt = Date.now() + lifeMs / 2
          entry.text = token
          return token
        },
        (error: unknown) => {
          kept.delete(key)
          throw error
        },
      )
      if (kept.size > 1_000) kept.delete(kept.keys().next().value ?? key)
      kept.set(key, entry)
      return entry.token
    },
    refused(token) {
      for (const [key, { text }] of kept) if (text === token) kept.delete(key)
    },
  }
}
