import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { StartError } from './settings.ts'

/** Grows when a newer Berth can no longer share a folder with an older one. */
const format = 1

const Secrets = z.object({
  postgresPassword: z.string(),
  authSigningKey: z.string(),
  serversSigningKey: z.string(),
  objectsSecretKey: z.string(),
  upstreamSecretKey: z.string(),
  serversClientSecret: z.string(),
  modelsClientSecret: z.string(),
  operatorClientSecret: z.string(),
})
export type Secrets = z.infer<typeof Secrets>

/** The folder that holds everything which must outlive a restart. */
export interface DataFolder {
  path: string
  secrets: Secrets
  adminPassword: string
  /** Whether this start made the folder. */
  isNew: boolean
  file(...names: string[]): string
  release(): void
}

/**
 * Opens the data folder, making it on the first start, and keeps others out until it is released.
 * @throws StartError when it cannot be written, is in use, or comes from a newer Berth.
 */
export function openDataFolder(path: string, wantedPassword: string | undefined): DataFolder {
  const file = (...names: string[]) => join(path, ...names)
  try {
    makeFolder(path)
    writeFileSync(file('.writable'), '')
    rmSync(file('.writable'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new StartError(
      `The data folder ${path} cannot be written (${code}): make it writable, or name another one with --data.`,
    )
  }
  checkFormat(file('format.json'), path)
  lock(file('lock'), path)
  const secrets = readOrMake(file('secrets.json'), makeSecrets, (text) => Secrets.parse(JSON.parse(text)))
  const adminPassword = readOrMake(
    file('admin-password'),
    () => `${wantedPassword ?? randomBytes(15).toString('base64url')}\n`,
    (text) => text.trim(),
  )
  return {
    path,
    file,
    secrets: secrets.value,
    adminPassword: adminPassword.value,
    isNew: adminPassword.made,
    release: () => rmSync(file('lock'), { force: true }),
  }
}

/** One level after the other: `recursive` never ends under a parent such as /proc, which takes no folders. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o711 })
}

function checkFormat(file: string, path: string): void {
  if (!existsSync(file)) {
    writeFileSync(file, `${JSON.stringify({ format })}\n`)
    return
  }
  const found = readFormat(file)
  if (found === undefined) {
    throw new StartError(`${file} is damaged: restore it, or name another data folder with --data.`)
  }
  if (found > format) {
    throw new StartError(
      `The data folder ${path} was written by a newer Berth (format ${found}, this one knows ${format}): update Berth, or name another folder with --data.`,
    )
  }
}

function readFormat(file: string): number | undefined {
  try {
    return z.object({ format: z.number().int() }).parse(JSON.parse(readFileSync(file, 'utf8'))).format
  } catch {
    return undefined
  }
}

function lock(file: string, path: string): void {
  try {
    const holder = Number(readFileSync(file, 'utf8'))
    if (holder !== process.pid && isAlive(holder)) {
      throw new StartError(
        `The data folder ${path} is in use by another Berth (process ${holder}): stop that one, or name another folder with --data.`,
      )
    }
  } catch (error) {
    if (error instanceof StartError) throw error
  }
  writeFileSync(file, `${process.pid}\n`)
}

/** A process id may have been given to another program since, so on Linux its command line is looked at as well. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return (
      !existsSync('/proc/self') ||
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('infra/local/main.ts')
    )
  } catch {
    return false
  }
}

function makeSecrets(): string {
  const key = () => randomBytes(32).toString('base64')
  const word = () => randomBytes(24).toString('base64url')
  const secrets: Secrets = {
    postgresPassword: word(),
    authSigningKey: key(),
    serversSigningKey: key(),
    objectsSecretKey: word(),
    upstreamSecretKey: word(),
    serversClientSecret: word(),
    modelsClientSecret: word(),
    operatorClientSecret: word(),
  }
  return `${JSON.stringify(secrets, null, 2)}\n`
}

function readOrMake<T>(
  file: string,
  make: () => string,
  read: (text: string) => T,
): { value: T; made: boolean } {
  const made = !existsSync(file)
  if (made) writeFileSync(file, make(), { mode: 0o600, flush: true })
  try {
    return { value: read(readFileSync(file, 'utf8')), made }
  } catch {
    throw new StartError(`${file} is damaged: restore it, or name another data folder with --data.`)
  }
}
