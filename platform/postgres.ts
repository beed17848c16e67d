import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import {
  DataSource,
  type EntitySchema,
  type MigrationInterface,
  QueryFailedError,
  type ValueTransformer,
} from 'typeorm'
import type { Log } from './log.ts'

export interface DatabaseOptions {
  url: string
  entities: EntitySchema<never>[] | EntitySchema[]
  migrations: (new () => MigrationInterface)[]
  log: Log
  /** Connections at most. */
  poolSize?: number
  /** How long to wait for a server that is not up yet. */
  connectWithinMs?: number
}

/**
 * A connection whose loss never ends the process. Between its first answer and the moment that a pool hands it over it has
 * no listener of its own: a server that shuts down just then would otherwise raise an error that nobody handles. The pool
 * and whoever holds the connection are still told.
 */
export class SteadyClient extends pg.Client {
  constructor(options?: string | pg.ClientConfig) {
    super(options)
    this.on('error', () => undefined)
  }
}

/** Held while migrations run, so that replicas that start together run them once. */
const migrationLock = 7_120_311

/**
 * Opens a service's database and brings its tables up to date. Waits for a server that is starting.
 * @throws the last error when the server does not answer in time, or a migration's own.
 */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  const { url, entities, migrations, log, poolSize = 10, connectWithinMs = 30_000 } = options
  const database = new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations,
    poolSize,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    connectTimeoutMS: 5_000,
    extra: {
      Client: SteadyClient,
      keepAlive: true,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
    },
    poolErrorHandler: (error: unknown) => log.warn({ err: error }, 'an idle database connection was lost'),
  })
  const giveUpAt = Date.now() + connectWithinMs
  for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      await database.initialize()
      break
    } catch (error) {
      if (Date.now() + pause > giveUpAt) throw error
      log.debug({ err: error }, 'the database does not answer yet')
      await delay(pause)
    }
  }
  await migrate(database)
  return database
}

async function migrate(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner()
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await database.runMigrations()
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
    await runner.release()
  }
}

/** Whether a statement failed since a row with the same key is there (SQLSTATE 23505), of that constraint if named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof QueryFailedError)) return false
  const cause: { code?: unknown; constraint?: unknown } = error.driverError
  return cause.code === '23505' && (constraint === undefined || cause.constraint === constraint)
}

/** Whether the database answers now; for health checks. */
export async function isReachable(database: Pick<DataSource, 'query'>): Promise<boolean> {
  try {
    await database.query('SELECT 1')
    return true
  } catch {
    return false
  }
}

/** For bigint columns, which arrive as text; everything that Berth counts stays below 2^53. */
export const bigintAsNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
}
