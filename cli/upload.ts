import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type Options, UsageError } from './arguments.ts'
import { follow } from './follow.ts'
import { type Ask, persist, Refused } from './graph.ts'
import { createRate, formatProgress, type Screen } from './progress.ts'
import { Lost, type OpenUpload, sendFile } from './send.ts'

interface Found {
  id: string
  status: string
  source: { uri: string; sizeBytes: number | null }
  file: { sha256: string } | null
}

interface Result {
  message?: string
  upload?: OpenUpload & { version: { id: string } }
  version?: Found
  parts?: { url: string }[]
  missingParts?: number[]
}

const beginUpload = `mutation ($input: BeginUploadInput!) { beginUpload(input: $input) {
  ... on Error { message }
  ... on BeginUploadSuccess { upload { id partSizeBytes partCount uploadedParts version { id } } }
  ... on VersionTaken { version { id status source { uri sizeBytes } file { sha256 } } } } }`
const signUploadParts = `mutation ($id: ID!, $numbers: [Int!]!) { signUploadParts(id: $id, numbers: $numbers) {
  ... on Error { message } ... on SignUploadPartsSuccess { parts { url } } } }`
const completeUpload = `mutation ($id: ID!, $sha256: String) { completeUpload(id: $id, sha256: $sha256) {
  ... on Error { message } ... on UploadIncomplete { missingParts } } }`

/** How often parts, or whole uploads, that the store loses are sent once more. */
const mostRounds = 3

interface Work {
  options: Options
  ask: Ask
  screen: Screen
  signal: AbortSignal
}

/**
 * Brings a file into Berth: goes on where a former run was stopped, and waits until the version is READY.
 * @throws UsageError, Refused, Away, or the signal's reason
 */
export async function upload(work: Work): Promise<void> {
  const { options } = work
  const file = await open(options.file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${options.file} cannot be read (${error.code}).`)
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new UsageError(`${options.file} is no file.`)
    const versionId = await bring(work, file, stat.size)
    if (versionId !== undefined) await follow(work, versionId)
  } finally {
    await file.close()
  }
}

/** @returns the version to wait for; undefined when it is READY already */
async function bring(work: Work, file: FileHandle, sizeBytes: number): Promise<string | undefined> {
  for (let round = 1; ; round++) {
    const begun = await begin(work, sizeBytes)
    if (!begun.upload) return joined(work, begun, sizeBytes)
    try {
      await send(work, file, sizeBytes, begun.upload)
      return begun.upload.version.id
    } catch (error) {
      if (!(error instanceof Lost) || round === mostRounds) throw error
    }
  }
}

const begin = async (work: Work, sizeBytes: number): Promise<Result> => {
  const { name, tag, description, shared, fileName } = work.options
  const input = { name, tag, description, shared, fileName, sizeBytes }
  return (await asked(work, beginUpload, { input })).beginUpload as Result
}

/** Another run may have sent the same file just before, to its end. */
async function joined(
  work: Work,
  { message, version }: Result,
  sizeBytes: number,
): Promise<string | undefined> {
  const { fileName, file, name, tag } = work.options
  const isSame =
    version?.source.uri === `upload:${fileName.normalize().trim()}` && version.source.sizeBytes === sizeBytes
  if (isSame && version.status === 'RETRIEVING') return version.id
  if (isSame && version.file && version.file.sha256 === (await digestOf(file))) {
    work.screen.say(`${name}:${tag} is READY: this very file was uploaded before.`)
    return undefined
  }
  throw new Refused(message ?? 'Berth did not say why.')
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function send(work: Work, file: FileHandle, sizeBytes: number, first: OpenUpload): Promise<void> {
  const { options, screen, signal } = work
  const rate = createRate()
  const known = first.uploadedParts.length
  if (known > 0) screen.say(`Going on: the store has ${known} of ${first.partCount} parts.`)
  const sending = {
    file,
    sizeBytes,
    signal,
    persist: <Value>(attempt: () => Promise<Value>) => persist(attempt, persistence(work)),
    async sign(number: number) {
      // A part is tried again as a whole, with a new address.
      const answer = await work.ask<Record<string, Result>>(
        signUploadParts,
        { id: first.id, numbers: [number] },
        signal,
      )
      const url = answer.signUploadParts?.parts?.[0]?.url
      if (url === undefined) throw new Refused(answer.signUploadParts?.message ?? 'The part was not signed.')
      return url
    },
    onSent(sentBytes: number) {
      const bytesPerSecond = rate(sentBytes)
      screen.show(
        formatProgress({ fileName: options.fileName, sentBytes, totalBytes: sizeBytes, bytesPerSecond }),
      )
    },
  }
  let open = first
  for (let round = 1; round <= mostRounds; round++) {
    const sha256 = await sendFile({ ...sending, upload: open })
    const result = (await asked(work, completeUpload, { id: open.id, sha256 })).completeUpload as Result
    const missing = result.missingParts
    if (!missing) {
      if (result.message !== undefined) throw new Refused(result.message)
      return screen.say(`${options.fileName} has arrived. SHA-256: ${sha256}`)
    }
    const all = Array.from({ length: open.partCount }, (_, index) => index + 1)
    open = { ...open, uploadedParts: all.filter((number) => !missing.includes(number)) }
  }
  throw new Refused('The object store loses parts of the file; ask whoever runs Berth.')
}

const asked = (work: Work, query: string, variables: Record<string, unknown>) =>
  persist(() => work.ask<Record<string, Result>>(query, variables, work.signal), persistence(work))

const persistence = ({ signal, screen }: Pick<Work, 'signal' | 'screen'>) => ({
  signal,
  onFailure: (reason: string | undefined) =>
    screen.say(reason === undefined ? 'It goes on.' : `${reason} Trying again; Ctrl-C keeps what was sent.`),
  pause: (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }),
})
