import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const largest = 10 * 1024 * 1024

/** A process's log in `<folder>/<name>.log`; at 10 MiB it becomes `<name>.log.1`, and the one before that goes. */
export class LogFile {
  readonly #path: string
  #size: number

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, `${name}.log`)
    this.#size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Writes at once: what a process said last matters most when it dies. */
  write(chunk: Buffer): void {
    try {
      if (this.#size + chunk.length > largest) {
        renameSync(this.#path, `${this.#path}.1`)
        this.#size = 0
      }
      appendFileSync(this.#path, chunk)
      this.#size += chunk.length
    } catch {
      // A full disk must not take the processes down with their logs.
    }
  }
}

/** The message of a log's last line; none of its other fields. Empty when the line is no JSON. */
export function lastMessage(folder: string, name: string): string {
  try {
    const line = readFileSync(join(folder, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n')
      .at(-1)
    const { msg } = JSON.parse(line ?? '') as { msg?: unknown }
    return typeof msg === 'string' ? msg : ''
  } catch {
    return ''
  }
}
