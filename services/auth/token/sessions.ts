import type { Log } from '@berth/platform/log'
import type { DataSource, EntityManager } from 'typeorm'
import type { User } from '../identity/user.ts'
import { TokenFailure } from './failure.ts'
import {
  judge,
  newRefreshToken,
  type RefreshToken,
  refreshTokenEntity,
  refreshTokenHash,
  type Session,
  sessionEntity,
} from './session.ts'

export interface Sessions {
  /** Starts a session; returns its first refresh token. */
  start(user: User, scopes: readonly string[], address: string): Promise<string>
  /**
   * Uses a refresh token up, at an address. `narrow` decides on the scopes before anything is changed.
   * @throws TokenFailure `invalid_grant`; a token used before has then ended its session.
   */
  rotate<Scopes>(
    token: string,
    address: string,
    narrow: (session: Session) => Scopes,
  ): Promise<{ user: User; scopes: Scopes; refreshToken: string }>
  /** Ends the session that a refresh token belongs to, if there is one. */
  end(token: string): Promise<void>
}

const refused = (why: string) => new TokenFailure('invalid_grant', `The refresh token ${why}; sign in again.`)

/** Sessions in Postgres. Whatever changes a session holds its row's lock, so a reuse never misses a new token. */
export function createSessions(database: DataSource, lifeSeconds: number, log: Log): Sessions {
  async function issue(transaction: EntityManager, sessionId: string): Promise<string> {
    const token = newRefreshToken()
    const expiresAt = new Date(Date.now() + lifeSeconds * 1000)
    await transaction
      .getRepository<RefreshToken>(refreshTokenEntity)
      .insert({ hash: refreshTokenHash(token), sessionId, expiresAt })
    await transaction.getRepository<Session>(sessionEntity).update({ id: sessionId }, { expiresAt })
    return token
  }

  /** The token and its session, locked. */
  async function open(transaction: EntityManager, hash: Buffer) {
    const tokens = transaction.getRepository<RefreshToken>(refreshTokenEntity)
    const sessions = transaction.getRepository<Session>(sessionEntity)
    const found = await tokens.findOneBy({ hash })
    if (!found) return undefined
    await sessions.findOne({ where: { id: found.sessionId }, lock: { mode: 'pessimistic_write' } })
    // Read again under the lock: another request may have used the token up meanwhile.
    const token = await tokens.findOneBy({ hash })
    const session = await sessions.findOne({
      where: { id: found.sessionId },
      relations: { user: { tenant: true } },
    })
    return token && session ? { token, session } : undefined
  }

  return {
    start: (user, scopes, address) =>
      database.transaction(async (transaction) => {
        const sessions = transaction.getRepository<Session>(sessionEntity)
        const session = sessions.create({ user, scope: scopes.join(' '), address, expiresAt: new Date() })
        return issue(transaction, (await sessions.save(session)).id)
      }),

    async rotate(presented, address, narrow) {
      const hash = refreshTokenHash(presented)
      // A refusal is returned, not thrown, out of the transaction: ending the session has to be committed.
      const outcome = await database.transaction(async (transaction) => {
        const opened = await open(transaction, hash)
        if (!opened) return refused('is unknown or expired')
        const { token, session } = opened
        const now = new Date()
        const verdict = judge(token, session, now)
        if (verdict === 'reused') {
          await transaction
            .getRepository<Session>(sessionEntity)
            .update({ id: session.id }, { revokedAt: now, revokedFor: 'reuse' })
          const { id, user, address: signedInAt } = session
          log.warn(
            { session: id, user: user.id, username: user.username, signedInAt, address },
            'a refresh token was used twice; its session was ended',
          )
          return refused('was used before, so its session was ended')
        }
        if (verdict !== 'rotate')
          return refused(verdict === 'revoked' ? 'was revoked' : 'is unknown or expired')
        const scopes = narrow(session)
        await transaction.getRepository<RefreshToken>(refreshTokenEntity).update({ hash }, { usedAt: now })
        return { user: session.user, scopes, refreshToken: await issue(transaction, session.id) }
      })
      if (outcome instanceof TokenFailure) throw outcome
      return outcome
    },

    async end(presented) {
      await database.query(
        `UPDATE sessions SET revoked_at = now(), revoked_for = 'sign-out'
         WHERE revoked_at IS NULL AND id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)`,
        [refreshTokenHash(presented)],
      )
    },
  }
}
