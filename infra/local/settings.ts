import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What a person may set for `npm start`. */
export interface Settings {
  /** The first of nine ports in a row; the gateway's. */
  port: number
  /** Absolute path of the folder that holds all state. */
  data: string
  /** The password for `admin` on the first start; made up when absent. */
  adminPassword: string | undefined
  sourceAllow: string
  /** What `UPSTREAMS` says: stores besides the one that is started here. The models service checks the rest of it. */
  upstreams: unknown[]
  logLevel: string
  /** The longest pause before a process that ended is started again, in milliseconds. */
  longestPauseMs: number
  /** What every Node process of Berth is started with, the pods' too. */
  nodeOptions: string
  environment: NodeJS.ProcessEnv
}

/** A mistake of the person who starts Berth: told in one line, exit code 1. */
export class StartError extends Error {
  override name = 'StartError'
}

export const help = `Berth: serve GGUF language models, all of it on this machine.

  npm start                    start everything, and say where to go
  npm start -- --port 5000     on other ports
  npm start -- --data ~/berth  with its state elsewhere

Settings, by flag or by environment:
  --port N      PORT                  the first of nine ports in a row on 127.0.0.1 (4000)
  --data DIR    BERTH_DATA            the folder that holds all state (.berth)
                BERTH_ADMIN_PASSWORD  the password of the user admin, on the first start
                                      (made up when absent, shown once, kept in DIR/admin-password)
                BERTH_SOURCE_ALLOW    hosts, comma-separated, that models may come from although they
                                      are private addresses or speak http://
                HUB_URL, HUB_TOKEN    the hub of hf:// sources (https://huggingface.co), and a token of it
                SOURCE_HEADERS, UPSTREAMS
                                      headers for https:// sources and stores for s3:// ones, as JSON:
                                      see "Where models come from" in README.md
                OBJECTS_ENDPOINT, OBJECTS_ACCESS_KEY, OBJECTS_SECRET_KEY, OBJECTS_BUCKET, OBJECTS_REGION
                                      an S3 store of your own that models are kept in, and its bucket
                                      (one in the folder of state)
                OBJECTS_PUBLIC_ENDPOINT
                                      where browsers and npm run upload reach that store (OBJECTS_ENDPOINT)
                LIMIT_SERVERS, LIMIT_REPLICAS, LIMIT_CPU, LIMIT_MEMORY, TENANT_LIMITS
                                      what each tenant may use (10, 20, 32 cores, 64Gi)
                STORAGE_LIMITS        how much each tenant may store of models, as JSON:
                                      see "How much a tenant may have" in README.md (500Gi, 100Gi a file)
                INTROSPECTION         off: the graph tells nothing of its schema, and shows no Sandbox (on)
                LOG_LEVEL             info, debug, trace, warn or error (info)
                RESTART_PAUSE         the longest pause in seconds before a process that ended again and
                                      again is started anew (10)
                NODE_OPTIONS          options of Node for every process, such as --heapsnapshot-signal=SIGUSR2
  --help        -h                    this text

Logs are in DIR/logs, one file for each process. kubectl works with DIR/kubeconfig.
To run on a real cluster instead, see "On a real cluster" in README.md.
`

/**
 * Reads the command line and the environment; flags win.
 * @throws StartError
 */
export function readSettings(args: string[], environment: NodeJS.ProcessEnv): Settings | 'help' {
  const { port, data, help: wantsHelp } = parseFlags(args)
  if (wantsHelp) return 'help'
  const base = Number(port ?? (environment.PORT || 4000))
  if (!Number.isInteger(base) || base < 1 || base > 65_527) {
    throw new StartError(
      `The port must be a whole number from 1 to 65527, not "${port ?? environment.PORT}".`,
    )
  }
  const adminPassword = environment.BERTH_ADMIN_PASSWORD || undefined
  if (adminPassword !== undefined && adminPassword.length < 10) {
    throw new StartError('BERTH_ADMIN_PASSWORD must have at least 10 characters.')
  }
  const longestPause = Number(environment.RESTART_PAUSE || 10)
  if (!(longestPause > 0 && longestPause <= 3_600)) {
    throw new StartError(`RESTART_PAUSE must be seconds, up to 3600, not "${environment.RESTART_PAUSE}".`)
  }
  return {
    port: base,
    data: resolve(data ?? (environment.BERTH_DATA || '.berth')),
    adminPassword,
    sourceAllow: environment.BERTH_SOURCE_ALLOW ?? '',
    upstreams: readList('UPSTREAMS', environment),
    logLevel: environment.LOG_LEVEL || 'info',
    longestPauseMs: longestPause * 1_000,
    nodeOptions: ['--disable-warning=ExperimentalWarning', environment.NODE_OPTIONS ?? ''].join(' ').trim(),
    environment,
  }
}

function readList(name: string, environment: NodeJS.ProcessEnv): unknown[] {
  try {
    const list: unknown = JSON.parse(environment[name] || '[]')
    if (Array.isArray(list)) return list
  } catch {
    // Its text may hold keys: it is not repeated.
  }
  throw new StartError(`${name} must be a JSON list. See "Where models come from" in README.md.`)
}

function parseFlags(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return values
  } catch (error) {
    const why = String(error instanceof Error ? error.message : error)
    throw new StartError(`${why.replace(/\.?$/, '.')} See npm start -- --help.`)
  }
}

/** The processes in the order of their ports. */
export const portOffsets = {
  gateway: 0,
  auth: 1,
  models: 2,
  servers: 3,
  operator: 4,
  webhook: 5,
  postgres: 6,
  objects: 7,
  cluster: 8,
} as const

export type PortName = keyof typeof portOffsets
export type Ports = Record<PortName, number>

export function portsFrom(base: number): Ports {
  return Object.fromEntries(
    Object.entries(portOffsets).map(([name, offset]) => [name, base + offset]),
  ) as Ports
}
