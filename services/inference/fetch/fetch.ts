import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'
import { nextWait } from './backoff.ts'
import { download } from './download.ts'
import { diskFailure, FetchFailure, reason } from './failure.ts'
import { locate, type Wanted } from './location.ts'
import { digestOfFile, openPartial, type Partial, removePartial } from './partial.ts'

export interface FetchOptions extends Wanted {
  path: string
  /** How long without a byte more before it gives up. */
  patienceMs: number
  log: Log
  signal: AbortSignal
}

/**
 * Brings the model to its path: asks for a fresh signed URL for each try, and goes on from the last byte that came.
 * Nothing is ever under the final name but the whole, verified model.
 * @throws FetchFailure with the reason of the last try
 */
export async function fetchModel(options: FetchOptions): Promise<'present' | 'downloaded'> {
  const { path, sizeBytes, sha256, log } = options
  const present = await digestOfFile(path)
  if (present?.bytes === sizeBytes && present.hash.digest('hex') === sha256) {
    await removePartial(path)
    return 'present'
  }
  try {
    const partial = await openPartial(path, { sha256, sizeBytes })
    try {
      if (partial.received() > 0) log.info({ receivedBytes: partial.received() }, 'going on with a download')
      await untilComplete(partial, options)
    } finally {
      await partial.close()
    }
  } catch (error) {
    throw diskFailure(error, path, sizeBytes) ?? error
  }
  return 'downloaded'
}

async function untilComplete(partial: Partial, options: FetchOptions): Promise<void> {
  const { path, sizeBytes, patienceMs, log, signal } = options
  let lastByteAt = performance.now()
  let failures = 0
  const progress = reportProgress(log, partial, sizeBytes)
  for (;;) {
    const before = partial.received()
    try {
      const url = await locate(options, signal)
      await download(url, partial, {
        sizeBytes,
        signal,
        onBytes() {
          lastByteAt = performance.now()
          progress()
        },
      })
      await partial.publish()
      return
    } catch (error) {
      signal.throwIfAborted()
      const failure = diskFailure(error, path, sizeBytes) ?? asFailure(error)
      // A store that always sends the wrong bytes does send bytes: only the ones that are kept count.
      failures = partial.received() > before ? 1 : failures + 1
      const wait = nextWait(failure, failures, { idleMs: performance.now() - lastByteAt, patienceMs })
      if (wait === undefined) throw failure
      log.warn(
        { try: failures, waitMs: Math.round(wait), receivedBytes: partial.received() },
        failure.message,
      )
      await delay(wait, undefined, { signal })
    }
  }
}

function asFailure(error: unknown): FetchFailure {
  if (error instanceof FetchFailure) return error
  return new FetchFailure('retry', `The download failed: ${reason(error)}.`, { cause: error })
}

/** A line at most every three seconds, so that a long download is seen to go on. */
function reportProgress(log: Log, partial: Partial, sizeBytes: number): () => void {
  let toldAt = performance.now()
  let toldBytes = partial.received()
  return () => {
    const now = performance.now()
    if (now - toldAt < 3_000) return
    const receivedBytes = partial.received()
    const bytesPerSecond = Math.round(((receivedBytes - toldBytes) * 1000) / (now - toldAt))
    log.info(
      { receivedBytes, sizeBytes, percent: Math.floor((receivedBytes / sizeBytes) * 100), bytesPerSecond },
      'downloading',
    )
    toldAt = now
    toldBytes = receivedBytes
  }
}
