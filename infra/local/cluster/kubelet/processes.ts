import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** One process as /proc/<pid>/stat tells it (proc_pid_stat(5)). */
export interface ProcessStat {
  pid: number
  parent: number
  group: number
  session: number
  /** User and system time, in clock ticks (100 a second on Linux). */
  ticks: number
  rssBytes: number
  /** Since boot, in ticks: with the pid, the identity of a process. */
  start: string
  zombie: boolean
}

const pageSize = 4096

export function readProcess(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const number = (index: number): number => Number(fields[index - 3])
    return {
      pid,
      parent: number(4),
      group: number(5),
      session: number(6),
      ticks: number(14) + number(15),
      rssBytes: number(24) * pageSize,
      start: fields[22 - 3] ?? '',
      zombie: fields[0] === 'Z',
    }
  } catch {
    return undefined
  }
}

/** Every process of this machine; empty where there is no /proc. */
export function readProcesses(): ProcessStat[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? [])
}

/** Memory that the kernel cannot take back: what a cgroup would kill for. File-backed pages do not count. */
export function anonymousBytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1')
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
    return (field('RssAnon') + field('RssShmem')) * 1024
  } catch {
    return 0
  }
}

/** Something that another process under the same pid would not have: start time and boot. */
export function identityOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = readProcess(pid)
    return stat && `${stat.start}@${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}`
  }
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)])
        .toString()
        .trim()
        .replaceAll(/\s+/g, '_') || undefined
    )
  } catch {
    return undefined
  }
}

/** The variable that every process of a container inherits: the cluster's mark, a dot, the container's. */
export const markVariable = 'POCKET_CONTAINER'

/** Kills every process that carries a mark, wherever it went: into another session, group or family. */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return
  const text = `${markVariable}=${mark}`
  const carries = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)
    } catch {
      return false
    }
  }
  // More than once: what is killed may have forked since it was listed.
  for (let round = 0; round < 3; round += 1) {
    const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && carries(name))
    if (found.length === 0) return
    for (const pid of found) signalProcess(Number(pid), 'SIGKILL')
  }
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // Gone already: that is what was wanted.
  }
}

export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already: that is what was wanted.
  }
}
