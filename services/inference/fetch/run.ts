import { ConfigurationError } from '@berth/platform/config'
import type { Log } from '@berth/platform/log'
import { fetchEnvironment } from '../environment.ts'
import type { LastWords } from '../last-words.ts'
import { FetchFailure, reason } from './failure.ts'
import { fetchModel } from './fetch.ts'

/**
 * The init container: ends with 0 once the model is in its place. A failure ends with 1, its reason in the last line
 * of the log and where Kubernetes looks for it.
 */
export async function runFetch(log: Log, lastWords: LastWords): Promise<void> {
  const stopping = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort())
  try {
    const settings = fetchEnvironment()
    log.level = settings.LOG_LEVEL
    const startedAt = Date.now()
    const outcome = await fetchModel({
      modelsUrl: settings.MODELS_URL,
      versionId: settings.VERSION_ID,
      tokenFile: settings.TOKEN_FILE,
      sha256: settings.MODEL_SHA256,
      sizeBytes: settings.MODEL_SIZE_BYTES,
      path: settings.MODEL_PATH,
      patienceMs: settings.FETCH_PATIENCE_SECONDS * 1000,
      log,
      signal: stopping.signal,
    })
    log.info(
      { outcome, sizeBytes: settings.MODEL_SIZE_BYTES, ms: Date.now() - startedAt },
      'the model is there',
    )
  } catch (error) {
    const known = error instanceof FetchFailure || error instanceof ConfigurationError
    const why = stopping.signal.aborted
      ? 'Stopped before the model was there; the next start goes on from here.'
      : known
        ? error.message
        : `The model could not be fetched: ${reason(error)}.`
    log.fatal(known || stopping.signal.aborted ? { msg: why } : { err: error, msg: why })
    lastWords.leave(why)
    process.exitCode = 1
  }
  // Idle connections would keep the process for seconds more.
  process.exit()
}
