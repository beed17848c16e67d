import type { Log } from './log.ts'

export interface Schedule {
  /** Between the end of one run and the beginning of the next. */
  everyMs: number
  /** Before the first run; 0, at once, by default. */
  firstAfterMs?: number
  log: Log
  /** What is logged when a run fails, such as `expired rows could not be removed`. */
  failure: string
}

/**
 * Does something again and again, one run at a time, until it is closed. A run that fails is logged, and the next one
 * comes all the same. Does not keep the process alive.
 */
export function repeat(work: () => Promise<unknown>, schedule: Schedule): { close(): void } {
  const { everyMs, firstAfterMs = 0, log, failure } = schedule
  let closed = false
  let timer: NodeJS.Timeout | undefined

  async function run(): Promise<void> {
    try {
      await work()
    } catch (error) {
      log.warn({ err: error }, `${failure}; trying again`)
    }
    if (!closed) timer = setTimeout(run, everyMs).unref()
  }

  if (firstAfterMs > 0) timer = setTimeout(run, firstAfterMs).unref()
  else void run()
  return {
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
