import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BucketAddress, variablesOf } from './bucket.ts'

const root = resolve(import.meta.dirname, '..')

/** A Berth that a test started, by the same command that `npm start` ends in. */
export interface LocalBerth {
  process: ChildProcess
  url: string
  port: number
  data: string
  kubeconfig: string
  adminPassword: string
  /** Where its models lie, when not in its data folder. */
  bucket?: BucketAddress | undefined
  /** Everything it has printed so far. */
  output(): string
  /** Asks it to end, and waits until it has. @returns its exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** The admin of every Berth that tests start. */
export const adminPassword = 'correct horse battery'

export interface LaunchOptions {
  data: string
  port: number
  env?: Record<string, string>
  /** Where it is to keep its models, when not in its data folder. */
  bucket?: BucketAddress | undefined
  args?: string[]
  /** A command that runs the launcher, and its first arguments. */
  wrap?: readonly string[]
}

/** Starts the launcher, and collects what it prints. */
export function launch({ data, port, env = {}, bucket, args = [], wrap = [] }: LaunchOptions): {
  process: ChildProcess
  output(): string
} {
  const [command = process.execPath, ...rest] = [
    ...wrap,
    process.execPath,
    join(root, 'infra/local/main.ts'),
    ...args,
  ]
  const child = spawn(command, rest, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      // It ends when we do, however we do: we hold the other end of the pipe.
      BERTH_PARENT_FD: '3',
      BERTH_ADMIN_PASSWORD: adminPassword,
      PORT: String(port),
      BERTH_DATA: data,
      ...variablesOf(bucket),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return { process: child, output: () => text }
}

/**
 * Starts a Berth and waits until it says that it is ready.
 * @throws with everything it printed, when it ends before
 */
export async function startBerth(options: LaunchOptions): Promise<LocalBerth> {
  const { process: child, output } = launch(options)
  await new Promise<void>((ready, fail) => {
    child.stdout?.on('data', () => {
      if (output().includes('Ctrl-C stops everything')) ready()
    })
    child.once('exit', (code) => fail(new Error(`Berth ended with ${code}:\n${output()}`)))
  })
  return {
    process: child,
    output,
    url: `http://127.0.0.1:${options.port}`,
    port: options.port,
    data: options.data,
    kubeconfig: join(options.data, 'kubeconfig'),
    adminPassword,
    bucket: options.bucket,
    stop: (signal = 'SIGTERM') => stop(child, signal),
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return ended
}

export interface TemporaryBerth extends LocalBerth {
  /** Stops it and takes its folder away. @returns its exit code */
  remove(): Promise<number | null>
}
type TemporaryOptions = Pick<LaunchOptions, 'env' | 'bucket' | 'wrap'>

/**
 * A Berth of one's own in a temporary folder.
 * @param options what to start it with, or what makes that in the folder; its data will be in `data` there
 */
export async function startTemporaryBerth(
  options: TemporaryOptions | ((folder: string) => TemporaryOptions) = {},
): Promise<TemporaryBerth> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-'))
  // PostgreSQL, another user where the tests run as root, keeps its files elsewhere when it cannot come through.
  chmodSync(folder, 0o711)
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  try {
    const given = typeof options === 'function' ? options(folder) : options
    const berth = await startBerth({ data: join(folder, 'data'), port: await freePorts(), ...given })
    return {
      ...berth,
      async remove() {
        const code = await berth.stop()
        remove()
        return code
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** Ports in a row that may be asked for; the one before them is held by whoever got them. */
const mostPorts = 11

/**
 * The first of so many free ports in a row, below those that the system gives to outgoing connections. Nobody else who
 * asks here gets one of them while this process lives, so that something may listen there later.
 */
export async function freePorts(count = mostPorts): Promise<number> {
  for (;;) {
    const held = 20_000 + Math.floor(Math.random() * 1_000) * (mostPorts + 1)
    const holder = await listenAt(held)
    if (!holder) continue
    holder.unref()
    const ports = Array.from({ length: count }, (_, index) => held + 1 + index)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return held + 1
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = await listenAt(port)
  if (server) await new Promise((closed) => server.close(closed))
  return server !== undefined
}

/** @returns undefined where something listens already */
function listenAt(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
