import { DBOS } from '@dbos-inc/dbos-sdk'
import pg from 'pg'
import type { Log } from './log.ts'
import { patience, SteadyClient } from './postgres.ts'

/**
 * Starts the durable workflows of a service on its own database (schema `dbos`). Workflows and queues must be registered
 * before. Those that were cut off go on from their last finished step.
 *
 * The version and the executor are fixed, so that a restarted or upgraded process takes up what the one before left.
 */
export async function startWorkflows(options: {
  name: string
  databaseUrl: string
  log: Log
}): Promise<{ close(): Promise<void> }> {
  const { name, databaseUrl, log } = options
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    Client: SteadyClient,
    max: 5,
    ...patience,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection of the workflows was lost'))
  DBOS.setConfig({
    name,
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool: pool,
    applicationVersion: '1',
    executorID: name,
    enableOTLP: false,
    tracingEnabled: false,
    logger: {
      info: (entry) => log.debug(String(entry)),
      debug: (entry) => log.trace(String(entry)),
      warn: (entry) => log.warn(String(entry)),
      // A step tells of its own failure; with every retry DBOS would print the whole stack again.
      error: (entry) => log.warn(String(entry)),
    },
  })
  await DBOS.launch()
  return {
    async close() {
      await DBOS.shutdown()
      await pool.end()
    },
  }
}
