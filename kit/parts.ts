import { readFileSync } from 'node:fs'
import { until } from './condition.ts'
import type { LocalBerth } from './launch.ts'
import { isAlive, type Process, signal, tree } from './processes.ts'

/** How `ps` shows each process of a Berth that can be killed; the pods of all servers count as one part. */
const commands = {
  gateway: /\bgateway\/main\.ts/,
  auth: /\bservices\/auth\/main\.ts/,
  models: /\bservices\/models\/main\.ts/,
  servers: /\bservices\/servers\/main\.ts/,
  operator: /\boperator\/main\.ts/,
  inference: /\bservices\/inference\/main\.ts serve/,
  postgres: /\bpostgres\b.* -D /,
  objects: /\binfra\/local\/objects\/main\.ts/,
  cluster: /\binfra\/local\/cluster\/main\.ts/,
}

export type Part = keyof typeof commands
export const parts = Object.keys(commands) as Part[]

/** The processes of a part that run now: one, or one for each pod, or none while it is being started again. */
export function processesOf(berth: LocalBerth, part: Part): Process[] {
  const { pid } = berth.process
  return pid ? tree(pid).filter(({ command }) => commands[part].test(command)) : []
}

/** Resident memory of a part, in bytes. */
export const memoryOf = (berth: LocalBerth, part: Part): number => sumOf(berth, part, 'VmRSS')

/** The most that a part's processes, those that run now, ever had of it. */
export const peakMemoryOf = (berth: LocalBerth, part: Part): number => sumOf(berth, part, 'VmHWM')

function sumOf(berth: LocalBerth, part: Part, line: 'VmRSS' | 'VmHWM'): number {
  const sizes = processesOf(berth, part).map(({ pid }) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const [, kibibytes] = new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(status) ?? []
    return Number(kibibytes) * 1024
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

/**
 * Ends a part without a word, as a crash does, and waits until it is gone.
 * @returns the ids of the killed processes
 * @throws when it does not run
 */
export const kill = (berth: LocalBerth, part: Part): Promise<number[]> => aim(berth, part)()

/** Finds a part's processes now, which takes a moment, and gives what kills them at once. */
export function aim(berth: LocalBerth, part: Part): () => Promise<number[]> {
  const killed = processesOf(berth, part).map(({ pid }) => pid)
  if (killed.length === 0) throw new Error(`The part ${part} cannot be killed: it does not run.`)
  return async () => {
    for (const pid of killed) signal(pid, 'SIGKILL')
    await until(`${part} is gone`, () => killed.every((pid) => !isAlive(pid)))
    return killed
  }
}

/** Waits until another process runs in the place of those that were killed. */
export function untilReplaced(berth: LocalBerth, part: Part, killed: number[]): Promise<Process> {
  return until(`${part} runs again`, () => processesOf(berth, part).find(({ pid }) => !killed.includes(pid)))
}

/**
 * Kills a part, and whatever runs in its place, until it is let come back: an outage as long as one needs it.
 * @returns how to let it come back
 */
export function keepAway(berth: LocalBerth, part: Part): () => Promise<Process> {
  const killAll = () => {
    for (const { pid } of processesOf(berth, part)) signal(pid, 'SIGKILL')
  }
  killAll()
  // The supervisor waits 250 ms and more before it tries again.
  const watch = setInterval(killAll, 200)
  return () => {
    clearInterval(watch)
    return until(`${part} runs again`, () => processesOf(berth, part)[0])
  }
}
