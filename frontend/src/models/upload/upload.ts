import { digestOf } from './file-digest.ts'
import { createPersist, type Persistence, pauseInBrowser } from './persist.ts'
import { type PutPart, putPart } from './put-part.ts'
import { createPartSender } from './send-parts.ts'
import { UploadCancelled, UploadLost, UploadRefused } from './upload-errors.ts'
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

export interface UploadOptions {
  file: Blob
  graph: UploadGraph
  /** The edges, for tests. */
  put?: PutPart
  pause?: Persistence['pause']
}

export interface RunningUpload {
  state$: Observable<UploadState>
  /** Stops sending. What the store has it keeps, to go on from; `cancelUpload` of the graph throws it away. */
  cancel(): void
  /** Settles with the last state; never rejects. */
  done: Promise<UploadState>
}

/** How often parts, or whole uploads, that the store lost are sent once more. */
const mostRounds = 3

/**
 * Sends a file in parts straight to the object store, a few at once, and hashes it meanwhile. Outages are waited for, as
 * long as the person likes: only a refusal, an unreadable file and `cancel` end it. The parts that the store has are not
 * sent again, so that after a reload of the page the same file goes on where it was.
 */
export function uploadFile({
  file,
  graph,
  put = putPart,
  pause = pauseInBrowser,
}: UploadOptions): RunningUpload {
  const stop = new AbortController()
  const { signal } = stop
  const { state$, change } = createUploadState(file.size)
  const persist = createPersist({ signal, pause, onProblem: (problem) => change({ problem }) })
  const digest = digestOf(file, signal)
  // It is awaited at the end; until then its failure must stop what is sent.
  digest.catch((error: unknown) => stop.abort(error))

  /** @returns whether all of it has arrived */
  async function attempt(): Promise<boolean> {
    const upload = await persist('Beginning the upload', graph.begin)
    const onSent = (bytesSent: number) => change({ bytesSent })
    const send = createPartSender({ file, upload, graph, put, persist, signal, onSent })
    const all = Array.from({ length: upload.partCount }, (_, index) => index + 1)
    let missing: readonly number[] = all.filter((number) => !upload.uploadedParts.includes(number))
    for (let round = 0; round < mostRounds; round++) {
      change({ phase: 'sending' })
      await send(missing)
      change({ phase: 'finishing' })
      const sha256 = await digest
      missing = await persist('Completing the upload', () => graph.complete(upload.id, sha256))
      if (missing.length === 0) return true
    }
    return false
  }

  async function run(): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const hasArrived = await attempt().catch((error: unknown) => {
        if (error instanceof UploadLost) return false
        throw error
      })
      if (hasArrived) return
    }
    throw new UploadRefused('The object store loses parts of the file; ask whoever runs Berth.')
  }

  const done = run().then(
    () => change({ phase: 'done', problem: null }),
    (error: unknown) => {
      const reason: unknown = signal.aborted ? signal.reason : error
      // What still runs beside it ends, too.
      stop.abort(reason)
      if (reason instanceof UploadCancelled) change({ phase: 'cancelled', problem: null })
      else change({ phase: 'failed', problem: reason instanceof Error ? reason.message : String(reason) })
    },
  )
  return {
    state$,
    cancel: () => stop.abort(new UploadCancelled()),
    done: done.then(() => state$.get()),
  }
}
