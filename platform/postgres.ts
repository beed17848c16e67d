import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import {
  DataSource,
  type EntitySchema,
  type MigrationInterface,
  QueryFailedError,
  type ValueTransformer,
} from 'typeorm'
import { DeadlineExceeded, within } from './deadline.ts'
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
 * How long connecting may take, and a statement by the server's clock; its answer, by ours, a little longer, since a
 * server that hangs cancels nothing. All of it is over before the gateway gives up on a service, which is after 20 s.
 */
export const patience = {
  connectionTimeoutMillis: 5_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
} as const
const answerWithinMs = 12_000

/**
 * A connection whose loss never ends the process. Between its first answer and the moment that a pool hands it over it has
 * no listener of its own: a server that shuts down just then would otherwise raise an error that nobody handles. The pool
 * and whoever holds the connection are still told.
 *
 * One that gives no answer is cut: nobody knows how far it is, so it must not go back to a pool. (The driver's own
 * `query_timeout` leaves it there, perhaps in the midst of a transaction.)
 */
export class SteadyClient extends pg.Client {
  constructor(options?: string | pg.ClientConfig) {
    super(options)
    this.on('error', () => undefined)
    this.query = new Proxy(this.query, {
      apply: (query, _this, values: unknown[]) =>
        this.#timed(values, () => Reflect.apply(query, this, values)),
    })
  }

  #timed(values: unknown[], ask: () => unknown): unknown {
    const late = () =>
      this.connection.stream.destroy(new DeadlineExceeded('PostgreSQL gave no answer in time.'))
    const timer = setTimeout(late, answerWithinMs)
    const callback = values.at(-1)
    if (typeof callback === 'function') {
      values[values.length - 1] = (...answer: unknown[]) => {
        clearTimeout(timer)
        callback(...answer)
      }
      return ask()
    }
    const answer = ask()
    if (answer instanceof Promise) answer.finally(() => clearTimeout(timer)).catch(() => undefined)
    return answer
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
  const source = (extra: object) =>
    new DataSource({
      type: 'postgres',
      url,
      entities,
      migrations,
      poolSize,
      migrationsTableName: 'migrations',
      migrationsTransactionMode: 'each',
      extra,
      poolErrorHandler: (error: unknown) => log.warn({ err: error }, 'an idle database connection was lost'),
    })
  // A migration takes as long as it takes, and so does the wait for that of another replica.
  const migrating = source({ connectionTimeoutMillis: patience.connectionTimeoutMillis })
  const giveUpAt = performance.now() + connectWithinMs
  for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      await migrating.initialize()
      break
    } catch (error) {
      if (performance.now() + pause > giveUpAt) throw error
      log.debug({ err: error }, 'the database does not answer yet')
      await delay(pause)
    }
  }
  try {
    await migrate(migrating)
  } finally {
    await migrating.destroy()
  }
  return source({ ...patience, Client: SteadyClient }).initialize()
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

const questions = new WeakMap<object, Promise<boolean>>()

/** Whether the database answers within a second; for health checks. However many ask, one connection is taken. */
export async function isReachable(database: Pick<DataSource, 'query'>): Promise<boolean> {
  const question =
    questions.get(database) ??
    database
      .query('SELECT 1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => questions.delete(database))
  questions.set(database, question)
  return within(1_000, question).catch(() => false)
}

/** For bigint columns, which arrive as text; everything that Berth counts stays below 2^53. */
export const bigintAsNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
}
