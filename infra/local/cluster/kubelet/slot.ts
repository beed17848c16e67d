import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseQuantity } from '@berth/platform/quantity'
import { type Container, type ContainerState, type ContainerStatus, type Pod, timestamp } from '../objects.ts'
import { type Findings, startChecks } from './checks.ts'
import { type Exit, launch, type RunningContainer } from './containers.ts'
import { expand, podVariables } from './environment.ts'
import type { KubeletParts } from './kubelet.ts'
import { type ContainerLog, openLog, removeLog } from './logs.ts'
import type { Prober } from './probes.ts'
import { mountsOf, rewritePaths } from './volumes.ts'

/** A container of a pod through all its lives. */
export interface Slot {
  readonly name: string
  readonly running: boolean
  /** Undefined while it has not ended in this life of the pod. */
  readonly exitCode: number | undefined
  readonly usageGroup: number | undefined
  /** Milliseconds until the back-off lets it start again. */
  waitLeft(): number
  start(): void
  stop(graceSeconds: number, why?: string): Promise<void>
  status(): ContainerStatus
  unready(): void
  logFile(previous: boolean): string
  liveLog(): ContainerLog | undefined
}

const longRun = 10 * 60 * 1000

export interface SlotParts {
  kubelet: KubeletParts
  pod: () => Pod
  container: Container
  init: boolean
  folder: string
  address: string
  /** What the API knows of an earlier life of this pod. */
  before: ContainerStatus | undefined
  /** Something changed that the pod's status or its next step depends on. */
  changed(): void
}

export function createSlot(parts: SlotParts): Slot {
  const { kubelet, container, folder, changed, before } = parts
  const { image = '' } = container
  const own = join(folder, 'containers', container.name)
  const termination = join(own, 'termination-log')
  const mounts = mountsOf(container, folder, termination)
  const rewrite = (text: string): string => rewritePaths(text, mounts)
  const fieldPath = `spec.${parts.init ? 'initContainers' : 'containers'}{${container.name}}`
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    kubelet.recorder.record('kubelet', parts.pod(), type, reason, message, fieldPath)

  const over = /^(Succeeded|Failed)$/.test(parts.pod().status?.phase ?? '')
  let restartCount = (before?.restartCount ?? 0) + (before?.containerID && !over ? 1 : 0)
  const initialised = !parts.pod().spec.initContainers?.length
  let state: ContainerState = { waiting: { reason: initialised ? 'ContainerCreating' : 'PodInitializing' } }
  let lastState: ContainerState = before ? lostState(before) : {}
  let containerID: string | undefined = before?.containerID
  let fresh = true
  let ready = false
  let started = false
  let running: RunningContainer | undefined
  let exitCode: number | undefined
  let log: ContainerLog | undefined
  let crashes = 0
  let retryAt = 0
  let checks: Prober | undefined

  const logFile = (previous: boolean): string => join(own, `${restartCount - (previous ? 1 : 0)}.log`)
  const stopProbes = (): void => {
    checks?.stop()
    checks = undefined
  }
  const wait = (reason: string, message: string, milliseconds: number): void => {
    retryAt = performance.now() + milliseconds
    setTimeout(changed, milliseconds + 5)
    state = { waiting: { reason, message } }
  }
  const findings: Findings = {
    started() {
      started = true
      changed()
    },
    ready(yes) {
      if (ready === yes) return
      ready = yes
      changed()
    },
    dead(kind) {
      ready = false
      const grace = parts.pod().spec.terminationGracePeriodSeconds ?? 30
      void stop(grace, `Container ${container.name} failed ${kind} probe, will be restarted`)
    },
    missed: (message) => event('Warning', 'Unhealthy', message),
  }

  const ended = (exit: Exit, startedAt: Date, ranMs: number): void => {
    stopProbes()
    running = undefined
    ready = false
    started = false
    exitCode = exit.code
    crashes = ranMs >= longRun ? 1 : crashes + 1
    const base = kubelet.backoffMilliseconds
    const delay = crashes < 2 ? 0 : Math.min(base * 2 ** (crashes - 2), base * 30)
    retryAt = performance.now() + delay
    const message = exit.startError ?? terminationMessage(container, termination, log, exit.code)
    state = {
      terminated: {
        exitCode: exit.code,
        ...(exit.signal ? { signal: exit.signal } : {}),
        reason: reasonOf(exit),
        ...(message ? { message } : {}),
        startedAt: timestamp(startedAt),
        finishedAt: timestamp(),
        containerID: containerID ?? '',
      },
    }
    if (exit.startError)
      event('Warning', 'Failed', `Error: failed to start container "${container.name}": ${exit.startError}`)
    changed()
  }

  const stop = async (graceSeconds: number, why = `Stopping container ${container.name}`): Promise<void> => {
    const victim = running
    if (!victim) return
    stopProbes()
    ready = false
    event('Normal', 'Killing', why)
    victim.signal('SIGTERM')
    const timer = setTimeout(() => victim.signal('SIGKILL'), graceSeconds * 1000)
    await victim.exited
    clearTimeout(timer)
  }

  return {
    name: container.name,
    get running() {
      return running !== undefined
    },
    get exitCode() {
      return exitCode
    },
    get usageGroup() {
      return running?.group
    },
    waitLeft() {
      const left = retryAt - performance.now()
      if (left > 0 && state.terminated && crashes > 1) {
        const { name, namespace, uid } = parts.pod().metadata
        lastState = state
        const what = `container=${container.name} pod=${name}_${namespace}(${uid})`
        wait('CrashLoopBackOff', `back-off ${Math.ceil(left / 1000)}s restarting failed ${what}`, left)
        event(
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
        )
      }
      return Math.max(0, left)
    },
    start() {
      const program = kubelet.images(image)
      if (!program) {
        const why = `Container image "${image}" is not in the image table: add it to the file that CLUSTER_IMAGES names`
        if (state.waiting?.reason !== 'ErrImageNeverPull') {
          event('Warning', 'ErrImageNeverPull', why)
          event('Warning', 'Failed', 'Error: ErrImageNeverPull')
        }
        return wait('ErrImageNeverPull', why, Math.max(1000, kubelet.backoffMilliseconds * 5))
      }
      const pod = parts.pod()
      const withAddress: Pod = { ...pod, status: { phase: 'Pending', ...pod.status, podIP: parts.address } }
      let variables: Record<string, string>
      try {
        variables = podVariables(withAddress, container, kubelet.lookups(pod.metadata.namespace ?? ''))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        if (state.waiting?.message !== why) event('Warning', 'Failed', `Error: ${why}`)
        return wait('CreateContainerConfigError', why, Math.max(1000, kubelet.backoffMilliseconds))
      }
      const expanded = (list: string[] | undefined): string[] =>
        (list ?? []).map((text) => rewrite(expand(text, variables)))
      const command = container.command?.length ? expanded(container.command) : program.command
      const rewritten = Object.entries(variables).map(([key, value]) => [key, rewrite(value)])
      const env: Record<string, string> = {
        PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        HOME: own,
        HOSTNAME: pod.metadata.name,
        ...program.env,
        ...Object.fromEntries(rewritten),
      }
      if (fresh) fresh = false
      else restartCount += 1
      if (state.terminated) lastState = state
      if (restartCount > 1) removeLog(join(own, `${restartCount - 2}.log`))
      mkdirSync(own, { recursive: true })
      rmSync(termination, { force: true })
      log = openLog(logFile(false))
      containerID = `process://${randomBytes(32).toString('hex')}`
      exitCode = undefined
      const cwd = container.workingDir ? rewrite(container.workingDir) : (program.cwd ?? own)
      event('Normal', 'Pulled', `Container image "${image}" already present on machine`)
      event('Normal', 'Created', `Created container: ${container.name}`)
      const memoryBytes = parseQuantity(container.resources?.limits?.memory ?? '')
      const life = launch(
        {
          argv: [...command, ...expanded(container.args)],
          env,
          cwd: existsSync(cwd) ? cwd : own,
          memoryBytes,
          log,
        },
        kubelet.groups,
        kubelet.meter,
      )
      running = life
      const launchedAt = performance.now()
      if (life.group !== undefined) {
        event('Normal', 'Started', `Started container ${container.name}`)
        state = { running: { startedAt: timestamp(life.startedAt) } }
        // Kubernetes has no probes for init containers.
        if (!parts.init) checks = startChecks(container, parts.address, findings)
        changed()
      }
      void life.exited.then((exit) => ended(exit, life.startedAt, performance.now() - launchedAt))
    },
    stop,
    status: () => ({
      name: container.name,
      image,
      imageID: '',
      ...(containerID && !fresh ? { containerID } : {}),
      ready: parts.init ? exitCode === 0 : ready,
      started: parts.init ? running !== undefined : started,
      restartCount,
      state,
      lastState,
    }),
    unready() {
      ready = false
      stopProbes()
    },
    logFile,
    liveLog: () => (running ? log : undefined),
  }
}

function reasonOf({ startError, oom, code }: Exit): string {
  if (startError) return 'StartError'
  if (oom) return 'OOMKilled'
  return code === 0 ? 'Completed' : 'Error'
}

/** The end of a life that nobody watched, because the kubelet was not running. */
function lostState(before: ContainerStatus): ContainerState {
  if (before.state.terminated) return before.state
  if (!before.state.running) return before.lastState
  return {
    terminated: {
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was started again',
      startedAt: before.state.running.startedAt,
      finishedAt: timestamp(),
      containerID: before.containerID ?? '',
    },
  }
}

function terminationMessage(
  container: Container,
  file: string,
  log: ContainerLog | undefined,
  code: number,
): string {
  const text = existsSync(file) ? readFileSync(file, 'utf8').slice(0, 4096) : ''
  const fallback = container.terminationMessagePolicy === 'FallbackToLogsOnError' && code !== 0
  return text || !fallback ? text : (log?.tail() ?? '')
}
