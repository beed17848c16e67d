import { DBOS } from '@dbos-inc/dbos-sdk'
import type { Log } from './log.ts'

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
  DBOS.setConfig({
    name,
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: 5,
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
  return { close: () => DBOS.shutdown() }
}
