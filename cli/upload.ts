import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type Options, UsageError } from './arguments.ts'
import { follow } from './follow.ts'
import { type Ask, createPersist, type Persist, Refused } from './graph.ts'
import { createOperations, type Found, type Operations } from './operations.ts'
import { createRate, formatProgress, type Screen } from './progress.ts'
import { Lost, type OpenUpload, sendFile } from './send.ts'

interface Work {
  options: Options
  operations: Operations
  persist: Persist
  screen: Screen
  signal: AbortSignal
}

/** How often parts, or whole uploads, that the store loses are sent once more. */
const mostRounds = 3
const losing = 'The object store loses parts of the file; ask whoever runs Berth.'

/**
 * Brings a file into Berth: goes on where a former run was stopped, and waits until the version is READY.
 * @throws UsageError, Refused, Away, or the signal's reason
 */
export async function upload(given: {
  options: Options
  ask: Ask
  screen: Screen
  signal: AbortSignal
}): Promise<void> {
  const { options, ask, screen, signal } = given
  const pause = (ms: number) => delay(ms, undefined, { signal })
  const persist = createPersist({ signal, pause, say: screen.say })
  const operations = createOperations(options, { ask, persist, signal })
  const file = await open(options.file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${options.file} cannot be read (${error.code}).`)
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new UsageError(`${options.file} is no file.`)
    const versionId = await bring({ options, operations, persist, screen, signal }, file, stat.size)
    if (versionId !== undefined) await follow({ ask, persist, screen, signal, pause }, versionId)
  } finally {
    await file.close()
  }
}

/** @returns the version to wait for; undefined when it is READY already */
async function bring(work: Work, file: FileHandle, sizeBytes: number): Promise<string | undefined> {
  for (let round = 0; round < mostRounds; round++) {
    const begun = await work.operations.begin(sizeBytes)
    if (begun.kind === 'taken') return joined(work, begun.version, sizeBytes, begun.message)
    try {
      await send(work, file, sizeBytes, begun.upload)
      return begun.versionId
    } catch (error) {
      if (!(error instanceof Lost)) throw error
    }
  }
  throw new Refused(losing)
}

/** Another run may have sent the same file just before, to its end. */
async function joined(
  { options, screen }: Work,
  { id, status, source, file }: Found,
  sizeBytes: number,
  message: string,
): Promise<string | undefined> {
  const isSame =
    source.uri === `upload:${options.fileName.normalize().trim()}` && source.sizeBytes === sizeBytes
  if (isSame && status === 'RETRIEVING') return id
  if (!isSame || file?.sha256 !== (await digestOf(options.file))) throw new Refused(message)
  screen.say(`${options.name}:${options.tag} is READY: this very file was uploaded before.`)
  return undefined
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function send(work: Work, file: FileHandle, sizeBytes: number, upload: OpenUpload): Promise<void> {
  const { options, operations, persist, screen, signal } = work
  const { fileName } = options
  const { id, partCount, uploadedParts } = upload
  if (uploadedParts.length > 0) {
    screen.say(`Going on: the store has ${uploadedParts.length} of ${partCount} parts.`)
  }
  const rate = createRate()
  const sign = (number: number) => operations.sign(id, number)
  const onSent = (sentBytes: number) =>
    screen.show(
      formatProgress({ fileName, sentBytes, totalBytes: sizeBytes, bytesPerSecond: rate(sentBytes) }),
    )
  let present = uploadedParts
  for (let round = 0; round < mostRounds; round++) {
    const rest = { ...upload, uploadedParts: present }
    const sha256 = await sendFile({ file, sizeBytes, upload: rest, sign, persist, signal, onSent })
    const missing = await operations.complete(id, sha256)
    if (missing.length === 0) return screen.say(`${fileName} has arrived. SHA-256: ${sha256}`)
    const all = Array.from({ length: partCount }, (_, index) => index + 1)
    present = all.filter((number) => !missing.includes(number))
  }
  throw new Refused(losing)
}
