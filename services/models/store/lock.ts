import type { DataSource } from 'typeorm'

/** The first half of the lock's key: the second is the digest's first 31 bits. */
const lockClass = 7_120_312

/**
 * Runs `work` while no other process publishes or removes the object of this digest. The lock is the database session's,
 * so it ends with the process, and no transaction stays open while the store copies.
 */
export async function withDigestLock<T>(
  database: DataSource,
  sha256: string,
  work: () => Promise<T>,
): Promise<T> {
  const key = [lockClass, Number.parseInt(sha256.slice(0, 8), 16) >>> 1]
  const session = database.createQueryRunner()
  try {
    await session.query('SELECT pg_advisory_lock($1, $2)', key)
    try {
      return await work()
    } finally {
      await session.query('SELECT pg_advisory_unlock($1, $2)', key)
    }
  } finally {
    await session.release()
  }
}
