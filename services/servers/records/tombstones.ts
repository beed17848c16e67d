import type { Log } from '@berth/platform/log'
import { repeat } from '@berth/platform/schedule'
import type { DataSource } from 'typeorm'

/** How long a subscriber can be away and still learn of a deletion by its cursor. */
const keptDays = 7

const sweepEveryMs = 3_600_000

/**
 * Removes tombstones that are old enough, and remembers up to which version, so that an older cursor gets a snapshot
 * in place of a continuation with a hole.
 */
export async function sweepTombstones(database: DataSource): Promise<void> {
  await database.query(
    `WITH swept AS (
       DELETE FROM servers WHERE deleted_at < now() - make_interval(days => $1) RETURNING tenant_id, version
     )
     UPDATE tenants SET swept_version = GREATEST(swept_version, newest.version)
     FROM (SELECT tenant_id, max(version) AS version FROM swept GROUP BY tenant_id) AS newest
     WHERE tenants.id = newest.tenant_id`,
    [keptDays],
  )
}

/** Sweeps now and every hour. */
export function startSweeping(database: DataSource, log: Log): { close(): void } {
  const sweep = () => sweepTombstones(database)
  return repeat(sweep, { everyMs: sweepEveryMs, log, failure: 'old tombstones could not be swept' })
}
