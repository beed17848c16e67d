import { ConfigurationError } from './config.ts'
import type { Log } from './log.ts'

/** What must be closed before the process ends, last opened first. */
export interface Closers {
  add(name: string, close: () => Promise<unknown> | unknown): void
}

/** What sysexits.h calls EX_CONFIG: no start without a change will go better. */
export const configurationExit = 78

/** Kubernetes kills after 30 s by default and `npm start` after 10; closing must be over before either. */
const defaultCloseWithinMs = 8_000

export interface RunOptions {
  /** Is told why the process ends of itself. */
  onFatal?(why: string): void
  /** After so long it ends whatever is still open. */
  closeWithinMs?: number
}

/**
 * Runs a process from its start to its end. SIGTERM and SIGINT close everything in reverse order and exit with 0; a
 * start that fails says why in one fatal line and exits with 1, or with 78 where it was set up wrongly.
 */
export async function run(
  log: Log,
  start: (closers: Closers) => Promise<void>,
  { onFatal, closeWithinMs = defaultCloseWithinMs }: RunOptions = {},
): Promise<void> {
  const open: { name: string; close: () => Promise<unknown> | unknown }[] = []
  let ending = false

  async function end(code: number): Promise<void> {
    if (ending) return
    ending = true
    setTimeout(() => {
      log.error({ waitingFor: open.map(({ name }) => name) }, 'closing took too long')
      process.exit(code || 1)
    }, closeWithinMs).unref()
    for (let next = open.pop(); next; next = open.pop()) {
      try {
        await next.close()
      } catch (error) {
        log.warn({ err: error, closing: next.name }, 'closing failed')
      }
    }
    process.exit(code)
  }

  process.on('SIGTERM', () => void end(0))
  process.on('SIGINT', () => void end(0))
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'a promise was rejected and nobody handled it')
    onFatal?.(`A defect: ${error instanceof Error ? error.message : String(error)}`)
    void end(1)
  })
  try {
    await start({ add: (name, close) => open.push({ name, close }) })
  } catch (error) {
    const known = error instanceof ConfigurationError
    log.fatal(known ? { msg: error.message } : { err: error, msg: 'start failed' })
    onFatal?.(error instanceof Error ? error.message : String(error))
    await end(known ? configurationExit : 1)
  }
}
