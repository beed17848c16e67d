import type { Log } from '@berth/platform/log'
import { type DataSource, type EntityManager, type FindOperator, IsNull, Or, Raw } from 'typeorm'

/**
 * A version that is about to be taken away from those who may use it. Whoever takes it away marks it first, and then asks
 * who uses it; whoever begins to use it says so first, and then asks whether it is still there (a marked one is not). So,
 * whatever the order, one of the two notices the other.
 */
export interface Withdrawal {
  versionIds: readonly string[]
  /** When it was marked, as the database writes it, to the microsecond. */
  at: string
}

/**
 * A mark whose owner died with it is over after a minute. What it was set for must be done within half of that: between
 * the two nobody may rely on it, so that no transaction that is slow to end can be wrong.
 */
const markHolds = "interval '60 seconds'"
const markServes = "interval '30 seconds'"

/** The marks of versions that are there: none, or one that is over. */
export const noWithdrawal = (): FindOperator<Date> =>
  Or(
    IsNull(),
    Raw((column) => `${column} < now() - ${markHolds}`),
  )

/** Marks versions. Undefined when one of them is gone, or somebody else is taking it away. */
export function withdraw(
  database: DataSource,
  versionIds: readonly string[],
): Promise<Withdrawal | undefined> {
  return database.transaction(async (manager) => {
    const [marked]: [{ at: string }[], number] = await manager.query(
      `UPDATE model_versions SET withdrawn_at = now()
       WHERE id = ANY($1) AND (withdrawn_at IS NULL OR withdrawn_at < now() - ${markHolds})
       RETURNING withdrawn_at::text AS at`,
      [versionIds],
    )
    const at = marked[0]?.at
    if (marked.length === versionIds.length && at !== undefined) return { versionIds, at }
    // Half of them must not stay marked.
    await manager.query(
      'UPDATE model_versions SET withdrawn_at = NULL WHERE id = ANY($1) AND withdrawn_at = now()',
      [versionIds],
    )
    return undefined
  })
}

/** Whether the marks are still this withdrawal's, and will be for a while. */
export async function holds(manager: EntityManager, { versionIds, at }: Withdrawal): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `SELECT 1 FROM model_versions WHERE id = ANY($1) AND withdrawn_at = $2::timestamptz
       AND withdrawn_at > clock_timestamp() - ${markServes} FOR UPDATE`,
    [versionIds, at],
  )
  return rows.length === versionIds.length
}

/** The versions stay after all. Where that cannot be written now, the marks end by themselves. */
export async function restore(
  database: Pick<EntityManager, 'query'>,
  { versionIds, at }: Withdrawal,
  log: Log,
): Promise<void> {
  try {
    await database.query(
      'UPDATE model_versions SET withdrawn_at = NULL WHERE id = ANY($1) AND withdrawn_at = $2::timestamptz',
      [versionIds, at],
    )
  } catch (error) {
    log.warn({ versions: versionIds, err: error }, 'versions that stay are hidden for a minute')
  }
}
