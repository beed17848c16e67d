import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
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
