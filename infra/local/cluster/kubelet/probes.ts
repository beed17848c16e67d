import { spawn } from 'node:child_process'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Container, Handler, Probe } from '../objects.ts'
import type { Groups } from './groups.ts'
import { signalGroup } from './processes.ts'

/** Where and as whom the checks of a container run. */
export interface ProbeContext {
  address: string
  container: Container
  cwd: string
  env: Record<string, string>
  rewrite(text: string): string
  groups: Groups
}

function portOf(port: number | string, container: Container): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find((item) => item.name === port)?.containerPort
  return named ?? Number(port)
}

function checkHttp(
  get: NonNullable<Handler['httpGet']>,
  context: ProbeContext,
  timeout: number,
): Promise<string> {
  return new Promise((resolve) => {
    const secure = get.scheme === 'HTTPS'
    const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]))
    const host = get.host ?? context.address
    const options = {
      host,
      port: portOf(get.port, context.container),
      path: get.path ?? '/',
      headers: { 'user-agent': 'kube-probe/1.32', connection: 'close', ...headers },
      agent: false as const,
      timeout,
    }
    const call = (secure ? httpsRequest : httpRequest)({
      ...options,
      ...(secure ? { rejectUnauthorized: false } : {}),
    })
    const url = `${secure ? 'https' : 'http'}://${host}:${options.port}${options.path}`
    const timer = setTimeout(() => call.destroy(new Error('context deadline exceeded')), timeout)
    call.on('error', (error) => {
      clearTimeout(timer)
      resolve(`Get "${url}": ${error.message}`)
    })
    call.on('response', (response) => {
      clearTimeout(timer)
      response.resume()
      const code = response.statusCode ?? 0
      resolve(code >= 200 && code < 400 ? '' : `HTTP probe failed with statuscode: ${code}`)
    })
    call.end()
  })
}

function checkTcp(host: string, port: number, timeout: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout })
    const end = (why: string): void => {
      socket.destroy()
      resolve(why)
    }
    socket.once('connect', () => end(''))
    socket.once('timeout', () => end(`dial tcp ${host}:${port}: i/o timeout`))
    socket.once('error', (error) => end(`dial tcp ${host}:${port}: ${error.message}`))
  })
}

function checkExec(command: string[], context: ProbeContext, timeout: number): Promise<string> {
  return new Promise((resolve) => {
    const [file = '', ...args] = command.map(context.rewrite)
    const child = spawn(file, args, {
      cwd: context.cwd,
      env: context.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (child.pid !== undefined) context.groups.started(child.pid)
    let output = ''
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(0, 1024)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
      resolve(`command timed out after ${timeout / 1000}s`)
    }, timeout)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve(error.message)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      if (child.pid !== undefined) {
        signalGroup(child.pid, 'SIGKILL')
        context.groups.gone(child.pid)
      }
      resolve(code === 0 ? '' : output.trim() || `command exited with ${code}`)
    })
  })
}

/** Runs one check; an empty text is a success, any other says why not. */
export function check(handler: Handler, context: ProbeContext, timeoutMilliseconds: number): Promise<string> {
  if (handler.httpGet) return checkHttp(handler.httpGet, context, timeoutMilliseconds)
  if (handler.exec) return checkExec(handler.exec.command, context, timeoutMilliseconds)
  const { host, port = 0 } = handler.tcpSocket ?? {}
  return checkTcp(host ?? context.address, portOf(port, context.container), timeoutMilliseconds)
}

export interface Prober {
  stop(): void
}

/** While the answer wanted has not come yet, checks run this often, so that a local start feels quick. */
const eagerMilliseconds = 250

/**
 * Checks until stopped. `passed` and `failed` are told when a threshold is crossed, `missed` of every failure.
 * An eager probe (startup, and readiness until the pod is ready) checks more often than its period; failures then
 * count by the time they fill: failureThreshold × period.
 */
export function startProbe(
  probe: Probe,
  context: ProbeContext,
  eager: boolean,
  tell: { passed(): void; failed(why: string): void; missed(why: string): void },
): Prober {
  const period = (probe.periodSeconds ?? 10) * 1000
  const threshold = probe.failureThreshold ?? 3
  let successes = 0
  let failures = 0
  let failingSince = 0
  let toldAt = 0
  let good = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const once = async (): Promise<void> => {
    const why = await check(probe, context, (probe.timeoutSeconds ?? 1) * 1000)
    if (stopped) return
    if (why === '') {
      successes += 1
      failures = 0
      if (successes >= (probe.successThreshold ?? 1) && !good) {
        good = true
        tell.passed()
      }
    } else {
      if (failures === 0) failingSince = Date.now()
      successes = 0
      failures += 1
      // An eager probe tells no more often than a patient one would.
      if (Date.now() - toldAt >= period) {
        toldAt = Date.now()
        tell.missed(why)
      }
      const long =
        eager && !good ? Date.now() - failingSince >= (threshold - 1) * period : failures >= threshold
      if (long) {
        good = false
        tell.failed(why)
      }
    }
    if (!stopped) timer = setTimeout(once, eager && !good ? Math.min(period, eagerMilliseconds) : period)
  }
  timer = setTimeout(once, (probe.initialDelaySeconds ?? 0) * 1000)
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
