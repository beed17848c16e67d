import type { DataSource, EntityManager } from 'typeorm'
import { admit, type History, type Policy, perAddress, perUser } from './backoff.ts'

/** Too many failures of late: the next attempt is heard after `retryAfterSeconds`. */
export class SlowDownError extends Error {
  override name = 'SlowDownError'
  readonly retryAfterSeconds: number
  constructor(retryAfterMs: number, what: string) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
    super(`Too many ${what}; try again in ${seconds} s.`)
    this.retryAfterSeconds = seconds
  }
}

/** An attempt that counts as failed until its outcome is told. */
export interface Attempt {
  /** The password was right: the user's failures are forgotten, the address gets this one back. */
  succeeded(): Promise<void>
  /** The password was never looked at: nothing is counted. */
  withdrawn(): Promise<void>
}

export interface SignInAttempts {
  /** @throws SlowDownError when the user or the address has to wait; the attempt is then not counted. */
  begin(username: string | undefined, address: string): Promise<Attempt>
}

interface Key {
  key: string
  policy: Policy
}

/** Counts failed sign-ins in Postgres, so that neither a restart nor another replica resets them. */
export function createSignInAttempts(database: DataSource): SignInAttempts {
  async function keysOf(username: string | undefined, address: string): Promise<Key[]> {
    const ofAddress = { key: `address:${address}`, policy: perAddress }
    if (username === undefined) return [ofAddress]
    // Where a person has signed in before, strangers who guess elsewhere cannot make them wait.
    const known: unknown[] = await database.query(
      'SELECT FROM sessions JOIN users ON users.id = user_id WHERE username = $1 AND address = $2 LIMIT 1',
      [username, address],
    )
    const key = known.length > 0 ? `user:${username} at ${address}` : `user:${username}`
    return [ofAddress, { key, policy: perUser }]
  }

  return {
    async begin(username, address) {
      const keys = await keysOf(username, address)
      await database.transaction((transaction) => count(transaction, keys))
      return {
        succeeded: () => settle(database, keys, 'succeeded'),
        withdrawn: () => settle(database, keys, 'withdrawn'),
      }
    },
  }
}

/** Locks the keys' rows, always in the order given, then counts on all or refuses on any. */
async function count(transaction: EntityManager, keys: Key[]): Promise<void> {
  for (const { key, policy } of keys) {
    const [row]: (History & { now: Date })[] = await transaction.query(
      `INSERT INTO sign_in_attempts AS attempt (key, failures, last_attempt_at, blocked_until)
       VALUES ($1, 0, now(), now())
       ON CONFLICT (key) DO UPDATE SET key = excluded.key
       RETURNING failures, last_attempt_at AS "lastAttemptAt", blocked_until AS "blockedUntil", clock_timestamp() AS now`,
      [key],
    )
    const { waitMs, next } = admit(row, policy, row?.now ?? new Date())
    if (waitMs > 0) throw new SlowDownError(waitMs, 'failed sign-ins')
    await transaction.query(
      'UPDATE sign_in_attempts SET failures = $2, last_attempt_at = $3, blocked_until = $4 WHERE key = $1',
      [key, next.failures, next.lastAttemptAt, next.blockedUntil],
    )
  }
}

async function settle(database: DataSource, keys: Key[], outcome: 'succeeded' | 'withdrawn'): Promise<void> {
  for (const { key, policy } of keys) {
    if (outcome === 'succeeded' && policy === perUser) {
      await database.query('DELETE FROM sign_in_attempts WHERE key = $1', [key])
    } else {
      await database.query(
        'UPDATE sign_in_attempts SET failures = greatest(failures - 1, 0), blocked_until = now() WHERE key = $1',
        [key],
      )
    }
  }
}
