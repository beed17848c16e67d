import { readFileSync, writeFileSync } from 'node:fs'

/** Lets a process's highest resident memory be counted from now on (proc(5), clear_refs). Linux only. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** The highest resident memory of a process since then, in bytes. */
export function peakOf(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1_024
}
