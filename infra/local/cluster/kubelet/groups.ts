import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { identityOf, killMarked, readProcesses, signalGroup } from './processes.ts'

/** The process groups of containers, kept on disk so that a later life can end what this one could not. */
export interface Groups {
  /** The cluster's own, the same in every life: see markVariable. */
  mark: string
  started(group: number): void
  gone(group: number): void
}

/** Groups in the record that were not crossed out. */
export function leftIn(record: string): Map<number, string> {
  const left = new Map<number, string>()
  for (const line of record.split('\n')) {
    const [sign, group, identity] = line.split(' ')
    if (sign === '+' && identity) left.set(Number(group), identity)
    else if (sign === '-') left.delete(Number(group))
  }
  return left
}

function endLeftover(group: number, identity: string): void {
  const now = identityOf(group)
  if (now === identity) signalGroup(group, 'SIGKILL')
  if (now !== undefined) return
  // The leader is gone but not its children: while a group has members, its number is not given out again.
  const [start, boot] = identity.split('@')
  const members = readProcesses().filter(
    (item) => item.group === group && Number(item.start) >= Number(start),
  )
  const sameBoot = identityOf(process.pid)?.split('@')[1] === boot
  if (sameBoot && members.length > 0) signalGroup(group, 'SIGKILL')
}

/** Ends the groups that an earlier life left behind, then starts a new record. */
export function openGroups(file: string, reaper: number | undefined): Groups {
  const mark = createHash('sha256').update(file).digest('hex').slice(0, 16)
  if (existsSync(file))
    for (const [group, identity] of leftIn(readFileSync(file, 'utf8'))) endLeftover(group, identity)
  killMarked(`${mark}.`)
  writeFileSync(file, '', { mode: 0o600 })
  const live = new Map<number, string>()
  let lines = 0
  const append = (line: string): void => {
    lines += 1
    if (lines < 1000) {
      appendFileSync(file, line)
      return
    }
    lines = live.size
    writeFileSync(file, [...live].map(([group, identity]) => `+ ${group} ${identity}\n`).join(''))
  }
  const tell = (line: string): void => {
    if (reaper === undefined) return
    try {
      writeSync(reaper, line)
    } catch {
      // The reaper is gone, and with it whoever would have been told.
    }
  }
  return {
    mark,
    started(group) {
      tell(`+${group}\n`)
      const identity = identityOf(group) ?? ''
      live.set(group, identity)
      append(`+ ${group} ${identity}\n`)
    },
    gone(group) {
      live.delete(group)
      append(`- ${group}\n`)
      tell(`-${group}\n`)
    },
  }
}
