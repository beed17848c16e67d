import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { configurationExit } from '@berth/platform/lifecycle'
import { LogFile } from './log-file.ts'

/** A process that is to run until it is stopped. */
export interface Program {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd?: string
  user?: { uid: number; gid: number }
  /** Given the reaper's record on descriptor 3, to write its own process groups there. */
  startsGroups?: boolean
  /** The signal that ends it in order. */
  stopSignal?: NodeJS.Signals
  /** How long it may take to end, in milliseconds. */
  stopWithinMs: number
}

export interface Supervised {
  name: string
  /** The process id, while it runs. */
  pid(): number | undefined
  stop(): Promise<void>
}

export interface Supervisor {
  start(program: Program): Supervised
  /** Tells of a process that ended although nobody asked it to, and is started again after the pause. */
  onCrash(listener: (name: string, how: string, pauseMs: number) => void): void
  /** Tells of a process that was set up wrongly; it is not started again. */
  onMisconfigured(listener: (name: string) => void): void
}

const mostFirstPauseMs = 250
/** A process that ran this long is taken for healthy: the next failure waits the first pause again. */
const healthyAfterMs = 20_000

/**
 * Starts programs each in a process group of its own, and again with a growing pause whenever one dies.
 * @param record the file in which the reaper finds every process group that began, `+<id>`, and ended, `-<id>`
 */
export function createSupervisor(logFolder: string, record: string, longestPauseMs: number): Supervisor {
  const firstPauseMs = Math.min(mostFirstPauseMs, longestPauseMs)
  const listeners: ((name: string, how: string, pauseMs: number) => void)[] = []
  const settingsListeners: ((name: string) => void)[] = []
  // A new file: the reaper of a Berth that was killed a moment ago may still be reading the old one.
  rmSync(record, { force: true })
  const groups = openSync(record, 'a', 0o600)
  const tell = (line: string) => {
    try {
      writeSync(groups, `${line}\n`)
    } catch {
      // On a full disk Berth goes on; only a kill of Berth itself would then leave processes behind.
    }
  }

  function start(program: Program): Supervised {
    const log = new LogFile(logFolder, program.name)
    let child: ChildProcess | undefined
    let stopping = false
    let pause = firstPauseMs
    let retry: NodeJS.Timeout | undefined

    function launch(): void {
      const startedAt = performance.now()
      const started = spawn(program.command, program.args, {
        cwd: program.cwd,
        env: program.env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', ...(program.startsGroups ? [groups] : [])],
        ...program.user,
      })
      child = started
      const { pid } = started
      if (pid) tell(`+${pid}`)
      started.stdout?.on('data', (chunk: Buffer) => log.write(chunk))
      started.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
      let ended = false
      const onEnd = (how: string, code?: number | null) => {
        if (ended) return
        ended = true
        child = undefined
        if (pid) {
          killGroup(pid, 'SIGKILL')
          tell(`-${pid}`)
        }
        if (stopping) return
        if (code === configurationExit) {
          // What it said last is in its log then.
          started.once('close', () => {
            for (const listener of settingsListeners) listener(program.name)
          })
          return
        }
        if (performance.now() - startedAt > healthyAfterMs) pause = firstPauseMs
        for (const listener of listeners) listener(program.name, how, pause)
        retry = setTimeout(launch, pause)
        pause = Math.min(pause * 2, longestPauseMs)
      }
      started.once('exit', (code, signal) =>
        onEnd(signal ? `was ended by ${signal}` : `ended with code ${code}`, code),
      )
      started.once('error', (error) => onEnd(`does not start: ${error.message}`))
    }

    async function stop(): Promise<void> {
      stopping = true
      clearTimeout(retry)
      const running = child
      const pid = running?.pid
      if (!running || !pid) return
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      running.kill(program.stopSignal ?? 'SIGTERM')
      await Promise.race([ended, delay(program.stopWithinMs, undefined, { ref: false })])
      killGroup(pid, 'SIGKILL')
      await ended
    }

    launch()
    return { name: program.name, pid: () => child?.pid, stop }
  }

  return {
    start,
    onCrash: (listener) => listeners.push(listener),
    onMisconfigured: (listener) => settingsListeners.push(listener),
  }
}

/** Ends a whole process group; one that is already gone is no error. */
function killGroup(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-id, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
