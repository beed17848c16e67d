import { digestOf } from './file-digest.ts'
import { type PutPart, putPart } from './put-part.ts'
import { createUploadState, type Observable, type UploadState } from './upload-state.ts'

/** An upload as the graph's `Upload` describes it. */
export interface OpenUpload {
  id: string
  /** Every part has this many bytes; the last one has what is left. */
  partSizeBytes: number
  partCount: number
  /** Those that the store has, by number from 1. */
  uploadedParts: readonly number[]
}

/**
 * What an upload asks of the graph. Each call throws UploadRefused when asking again would not help; any other error
 * is taken for an outage, and the call is made again.
 */
export interface UploadGraph {
  /** `beginUpload`: the same file again goes on with what the store has of it. */
  begin(): Promise<OpenUpload>
  /** `signUploadParts`. */
  sign(id: string, numbers: readonly number[]): Promise<readonly { number: number; url: string }[]>
  /** `completeUpload`. @returns the parts that are missing, if any: `UploadIncomplete` */
  complete(id: string, sha256: string): Promise<readonly number[]>
}

/** The graph said no, in words for people. */
export class UploadRefused extends Error {
  override name = 'UploadRefused'
}

export interface UploadOptions {
  file: Blob
  graph: UploadGraph
  /** The edges, for tests. */
  put?: PutPart
  pause?(ms: number, signal: AbortSignal): Promise<void>
}

export interface RunningUpload {
  state$: Observable<UploadState>
  /** Stops sending. What the store has it keeps, to go on from; `cancelUpload` of the graph throws it away. */
  cancel(): void
  /** Settles with the last state; never rejects. */
  done: Promise<UploadState>
}

const atOnce = 3
const longestPauseMs = 30_000
/** How often parts that the store turned out not to have are sent once more. */
const mostRounds = 3
const losing = 'The object store loses parts of the file; ask whoever runs Berth.'

/**
 * Sends a file in parts straight to the object store, a few at once, and hashes it meanwhile. Outages are waited for, as
 * long as the person likes: only a refusal, an unreadable file and `cancel` end it. The parts that the store has are not
 * sent again, so that after a reload of the page the same file goes on where it was.
 */
export function uploadFile({ file, graph, put = putPart, pause = waitFor }: UploadOptions): RunningUpload {
  const stop = new AbortController()
  const { signal } = stop
  const { state$, change } = createUploadState(file.size)

  /** Until it succeeds, with growing pauses. */
  async function persist<Value>(doing: string, work: () => Promise<Value>): Promise<Value> {
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted()
      try {
        const value = await work()
        if (failures > 0) change({ problem: null })
        return value
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof UploadRefused || error instanceof Lost) throw error
        change({ problem: `${doing} does not work now; it is tried again by itself.` })
        await pause(Math.min(1_000 * 2 ** failures, longestPauseMs), signal)
      }
    }
  }

  async function run(digest: Promise<string>): Promise<void> {
    for (let round = 1; ; round++) {
      try {
        return await sendAll(digest)
      } catch (error) {
        if (!(error instanceof Lost)) throw error
        if (round === mostRounds) throw new UploadRefused(losing)
      }
    }
  }

  async function sendAll(digest: Promise<string>): Promise<void> {
    const upload = await persist('Beginning the upload', graph.begin)
    const sizeOf = (number: number) =>
      Math.min(upload.partSizeBytes, file.size - (number - 1) * upload.partSizeBytes)
    const bytesOf = new Map(upload.uploadedParts.map((number) => [number, sizeOf(number)]))
    const bytesSent = () => [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0)
    change({ phase: 'sending', bytesSent: bytesSent() })

    const sendPart = (number: number) =>
      persist('Sending the file', async () => {
        const start = (number - 1) * upload.partSizeBytes
        const body = file.slice(start, start + upload.partSizeBytes)
        // A file that changed on the disk cannot be told from a lost connection once it is sent.
        await body
          .slice(0, 1)
          .arrayBuffer()
          .catch((error: unknown) => {
            throw unreadable(error)
          })
        const [signed] = await graph.sign(upload.id, [number])
        if (!signed) throw new Error('The part was not signed.')
        const onProgress = (bytes: number) => {
          bytesOf.set(number, bytes)
          change({ bytesSent: bytesSent() })
        }
        const status = await put({ url: signed.url, body, signal, onProgress })
        onProgress(status === 200 ? sizeOf(number) : 0)
        if (status === 404) throw new Lost()
        if (status !== 200) throw new Error(`The object store answered with status ${status}.`)
      })

    async function send(numbers: readonly number[]): Promise<void> {
      const waiting = [...numbers]
      const sendInTurn = async () => {
        for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
          await sendPart(number).catch((error: unknown) => {
            // One that ends ends the others.
            waiting.length = 0
            throw error
          })
        }
      }
      await Promise.all(Array.from({ length: atOnce }, sendInTurn))
    }

    const all = Array.from({ length: upload.partCount }, (_, index) => index + 1)
    let missing: readonly number[] = all.filter((number) => !upload.uploadedParts.includes(number))
    for (let round = 0; round < mostRounds; round++) {
      await send(missing)
      change({ phase: 'finishing' })
      const sha256 = await digest
      missing = await persist('Completing the upload', () => graph.complete(upload.id, sha256))
      if (missing.length === 0) return
      for (const number of missing) bytesOf.delete(number)
      change({ phase: 'sending', bytesSent: bytesSent() })
    }
    throw new UploadRefused(losing)
  }

  const digest = digestOf(file, signal)
  // It is awaited at the end; until then its failure must stop what is sent.
  digest.catch((error: unknown) => stop.abort(unreadable(error)))
  const done = run(digest).then(
    () => change({ phase: 'done', problem: null }),
    (error: unknown) => {
      const reason: unknown = signal.aborted ? signal.reason : error
      // One worker that fails ends the others.
      stop.abort(reason)
      const isCancelled = reason instanceof Cancelled
      const problem = isCancelled ? null : reason instanceof Error ? reason.message : String(reason)
      change({ phase: isCancelled ? 'cancelled' : 'failed', problem })
    },
  )
  return { state$, cancel: () => stop.abort(new Cancelled()), done: done.then(() => state$.get()) }
}

/** The store has no such upload any more: rules of a bucket may end what is old. Beginning opens it anew. */
class Lost extends Error {
  override name = 'Lost'
}

class Cancelled extends Error {
  override name = 'Cancelled'
}

const unreadable = (error: unknown) =>
  error instanceof Cancelled || error instanceof UploadRefused
    ? error
    : new UploadRefused(
        'The file cannot be read any more: it was changed, moved or removed; choose it again.',
      )

const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      // A laptop that wakes up need not wait for the rest of a pause.
      globalThis.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    globalThis.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
