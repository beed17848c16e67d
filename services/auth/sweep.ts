import type { Log } from '@berth/platform/log'
import { repeat } from '@berth/platform/schedule'
import type { DataSource } from 'typeorm'

const everyMs = 600_000

/** What nothing can need any more. Used refresh tokens stay until they expire, so that a reuse is noticed. */
const statements = [
  'DELETE FROM refresh_tokens WHERE expires_at < now()',
  'DELETE FROM sessions WHERE expires_at < now()',
  "DELETE FROM sign_in_attempts WHERE last_attempt_at < now() - interval '1 day'",
  "DELETE FROM registration_windows WHERE started_at < now() - interval '1 hour'",
]

/** Removes expired rows now and every ten minutes; replicas may do so side by side. */
export function startSweep(database: Pick<DataSource, 'query'>, log: Log): { close(): void } {
  async function sweep(): Promise<void> {
    for (const statement of statements) await database.query(statement)
  }
  return repeat(sweep, { everyMs, log, failure: 'expired rows could not be removed' })
}
