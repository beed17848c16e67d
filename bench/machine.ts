import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

/** What the figures were measured on. */
export interface Machine {
  cores: number
  processor: string
  memoryGiB: number
  system: string
  node: string
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
  }
}

/** Processes that ran or wanted to, over the last minute; far above the cores, others had a share in the figures. */
export const load = () => Number((loadavg()[0] ?? 0).toFixed(2))
