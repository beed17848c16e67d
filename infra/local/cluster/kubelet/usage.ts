import pidusage from 'pidusage'
import { anonymousBytes, type ProcessStat, readProcesses } from './processes.ts'

/** What a container uses: cores over the last two seconds or so, resident bytes of all its processes. */
export interface Usage {
  cores: number
  bytes: number
  at: Date
  windowSeconds: number
}

interface Tracked {
  limitBytes: number | undefined
  exceeded: () => void
  members: Map<number, string>
  samples: { at: number; ticks: number; bytes: number }[]
  /** CPU time of processes that are gone, so that the sum never falls. */
  seen: Map<string, number>
}

export interface UsageMeter {
  track(group: number, limitBytes: number | undefined, exceeded: () => void): void
  usage(group: number): Usage | undefined
  forget(group: number): void
  stop(): void
}

const everyMilliseconds = 500
const ticksPerSecond = 100

export function createUsageMeter(): UsageMeter {
  const all = new Map<number, Tracked>()

  /** A process belongs to the container whose session or group it is in, or whose member is its parent. */
  const assign = (table: ProcessStat[]): Map<number, ProcessStat[]> => {
    const byPid = new Map(table.map((stat) => [stat.pid, stat]))
    const home = new Map<number, number | undefined>()
    const homeOf = (stat: ProcessStat, depth = 0): number | undefined => {
      if (home.has(stat.pid)) return home.get(stat.pid)
      let found = [stat.session, stat.group].find((id) => all.has(id))
      for (const [group, { members }] of all) if (members.get(stat.pid) === stat.start) found ??= group
      const parent = byPid.get(stat.parent)
      if (found === undefined && parent && parent.pid > 1 && depth < 64) found = homeOf(parent, depth + 1)
      home.set(stat.pid, found)
      return found
    }
    const result = new Map<number, ProcessStat[]>([...all.keys()].map((group) => [group, []]))
    for (const stat of table) {
      const group = homeOf(stat)
      if (group !== undefined) result.get(group)?.push(stat)
    }
    return result
  }
  const record = (tracked: Tracked, ticks: number, bytes: number): void => {
    tracked.samples.push({ at: performance.now(), ticks, bytes })
    if (tracked.samples.length > 5) tracked.samples.shift()
  }
  const sample = (): void => {
    if (all.size === 0) return
    for (const [group, stats] of assign(readProcesses())) {
      const tracked = all.get(group)
      if (!tracked) continue
      tracked.members = new Map(stats.map((stat) => [stat.pid, stat.start]))
      for (const stat of stats) tracked.seen.set(`${stat.pid}@${stat.start}`, stat.ticks)
      const ticks = [...tracked.seen.values()].reduce((sum, value) => sum + value, 0)
      record(
        tracked,
        ticks,
        stats.reduce((sum, stat) => sum + stat.rssBytes, 0),
      )
      if (tracked.limitBytes === undefined) continue
      const held = stats.reduce((sum, stat) => sum + anonymousBytes(stat.pid), 0)
      if (held > tracked.limitBytes) tracked.exceeded()
    }
  }
  /** Elsewhere: the first process of each container only (LIMITS.md). */
  const sampleElsewhere = async (): Promise<void> => {
    for (const [group, tracked] of all) {
      const found = await pidusage(group).catch(() => undefined)
      if (!found) continue
      record(tracked, (found.ctime / 1000) * ticksPerSecond, found.memory)
      if (tracked.limitBytes !== undefined && found.memory > tracked.limitBytes) tracked.exceeded()
    }
  }
  const timer = setInterval(() => {
    if (process.platform === 'linux') sample()
    else void sampleElsewhere()
  }, everyMilliseconds)

  return {
    track(group, limitBytes, exceeded) {
      all.set(group, { limitBytes, exceeded, members: new Map(), samples: [], seen: new Map() })
    },
    usage(group) {
      const samples = all.get(group)?.samples ?? []
      const first = samples[0]
      const last = samples.at(-1)
      if (!first || !last || first === last) return undefined
      const windowSeconds = (last.at - first.at) / 1000
      const cores = Math.max(0, (last.ticks - first.ticks) / ticksPerSecond / windowSeconds)
      return {
        cores,
        bytes: last.bytes,
        at: new Date(Date.now() - (performance.now() - last.at)),
        windowSeconds,
      }
    },
    forget: (group) => void all.delete(group),
    stop: () => clearInterval(timer),
  }
}
