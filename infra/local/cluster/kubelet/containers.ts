import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { constants } from 'node:os'
import type { Groups } from './groups.ts'
import type { ContainerLog } from './logs.ts'
import { killMarked, markVariable, signalGroup } from './processes.ts'
import type { UsageMeter } from './usage.ts'

export interface Exit {
  code: number
  signal: number | undefined
  oom: boolean
  /** Set when the command could not be started at all. */
  startError: string | undefined
}

/** One running life of a container: a process group of its own. */
export interface RunningContainer {
  group: number | undefined
  startedAt: Date
  exited: Promise<Exit>
  signal(signal: NodeJS.Signals): void
}

export interface Launch {
  argv: string[]
  env: Record<string, string>
  cwd: string
  memoryBytes: number | undefined
  log: ContainerLog
}

const drainMilliseconds = 500

export function launch(plan: Launch, groups: Groups, meter: UsageMeter): RunningContainer {
  const [command = '', ...args] = plan.argv
  const mark = `${groups.mark}.${randomUUID()}`
  const env = { ...plan.env, [markVariable]: mark }
  // Its own session and group: one signal reaches all of it, and none of ours reaches it by accident.
  const child = spawn(command, args, {
    cwd: plan.cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const group = child.pid
  let oom = false
  if (group !== undefined) {
    groups.started(group)
    meter.track(group, plan.memoryBytes, () => {
      oom = true
      signalGroup(group, 'SIGKILL')
    })
  }
  child.stdout.on('data', (chunk: Buffer) => plan.log.write('stdout', chunk))
  child.stderr.on('data', (chunk: Buffer) => plan.log.write('stderr', chunk))

  const exited = new Promise<Exit>((resolve) => {
    const finish = (exit: Exit): void => {
      plan.log.end()
      resolve(exit)
    }
    child.once('error', (error) => {
      if (group === undefined) finish({ code: 128, signal: undefined, oom: false, startError: error.message })
    })
    child.once('exit', (code, name) => {
      if (group === undefined) return
      // What the first process leaves behind dies with it, as a container's pid namespace does.
      signalGroup(group, 'SIGKILL')
      killMarked(mark)
      meter.forget(group)
      groups.gone(group)
      const signal = name ? constants.signals[name] : undefined
      const exit = { code: code ?? 128 + (signal ?? 0), signal, oom, startError: undefined }
      const drained = setTimeout(() => finish(exit), drainMilliseconds)
      child.once('close', () => {
        clearTimeout(drained)
        finish(exit)
      })
    })
  })
  return {
    group,
    startedAt: new Date(),
    exited,
    signal: (signal) => {
      if (group !== undefined) signalGroup(group, signal)
    },
  }
}
