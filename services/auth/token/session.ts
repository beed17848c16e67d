import { createHash, randomBytes } from 'node:crypto'
import { EntitySchema } from 'typeorm'
import type { User } from '../identity/user.ts'

/** One sign-in on one device: the family of refresh tokens that follow from it. */
export interface Session {
  id: string
  user: User
  /** The scopes signed in with, separated by blanks; a refresh may narrow them, never widen. */
  scope: string
  address: string
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
  /** Why it ended before its time: the person signed out, or one of its tokens was used twice. */
  revokedFor: 'sign-out' | 'reuse' | null
}

/** A refresh token, of which only the hash is kept. */
export interface RefreshToken {
  hash: Buffer
  sessionId: string
  issuedAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export const sessionEntity = new EntitySchema<Session>({
  name: 'Session',
  tableName: 'sessions',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    scope: { type: 'text' },
    address: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', createDate: true },
    expiresAt: { name: 'expires_at', type: 'timestamptz' },
    revokedAt: { name: 'revoked_at', type: 'timestamptz', nullable: true },
    revokedFor: { name: 'revoked_for', type: 'text', nullable: true },
  },
  relations: {
    user: { type: 'many-to-one', target: 'User', joinColumn: { name: 'user_id' }, nullable: false },
  },
})

export const refreshTokenEntity = new EntitySchema<RefreshToken>({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  columns: {
    hash: { type: 'bytea', primary: true },
    sessionId: { name: 'session_id', type: 'uuid' },
    issuedAt: { name: 'issued_at', type: 'timestamptz', createDate: true },
    expiresAt: { name: 'expires_at', type: 'timestamptz' },
    usedAt: { name: 'used_at', type: 'timestamptz', nullable: true },
  },
})

export type Verdict = 'rotate' | 'reused' | 'expired' | 'revoked'

/**
 * What a refresh token that was presented deserves. A token that was used before is in two hands, and nobody can tell
 * whose: `reused` ends the whole session. Its expiry does not matter then.
 */
export function judge(
  token: Pick<RefreshToken, 'usedAt' | 'expiresAt'>,
  session: Pick<Session, 'revokedAt'>,
  now: Date,
): Verdict {
  if (session.revokedAt) return 'revoked'
  if (token.usedAt) return 'reused'
  return token.expiresAt <= now ? 'expired' : 'rotate'
}

/** A new refresh token: 256 random bits, which need no slow hash at rest. */
export function newRefreshToken(): string {
  return `brt_${randomBytes(32).toString('base64url')}`
}

export function refreshTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
