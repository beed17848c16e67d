import { ConfigurationError } from '@berth/platform/config'
import { createHttpServer, listen } from '@berth/platform/http'
import { type Closers, run } from '@berth/platform/lifecycle'
import type { Log } from '@berth/platform/log'
import { createTokenVerifier } from '@berth/platform/tokens'
import { createAdmission } from './api/access.ts'
import { createDrain, drainTimes } from './api/drain.ts'
import { createMetrics } from './api/metrics.ts'
import { type Loaded, serveApi } from './api/routes.ts'
import { warmUp } from './engine/generate.ts'
import { loadEngine } from './engine/llama.ts'
import { createPrompts } from './engine/prompt.ts'
import { createSlots } from './engine/slots.ts'
import { serveEnvironment } from './environment.ts'
import type { LastWords } from './last-words.ts'

/** The drain bounds the time that running answers have; what else there is to close takes a moment. */
const closeWithinMs = 300_000

/** The container that answers: listens at once, loads the model, and is ready when one token has come out of it. */
export function runServe(log: Log, lastWords: LastWords): Promise<void> {
  const start = async (closers: Closers) => {
    const settings = serveEnvironment()
    log.level = settings.LOG_LEVEL
    const startedAt = performance.now()
    const drain = createDrain({ ...drainTimes, graceMs: (settings.GRACE_SECONDS - 2) * 1_000 })
    let loaded: Loaded | undefined

    const app = createHttpServer({
      log,
      checks: () => ({ model: loaded !== undefined && !drain.draining() }),
    })
    await serveApi(app, {
      admit: createAdmission(
        createTokenVerifier({
          jwksUrl: settings.AUTH_JWKS_URL,
          issuer: settings.AUTH_ISSUER,
          audiences: ['berth-api', 'berth-inference'],
        }),
        settings.TENANT_ID,
      ),
      model: settings.MODEL_NAME,
      bodyLimit: bodyLimitFor(settings.CONTEXT_SIZE),
      loaded: () => loaded,
    })
    closers.add('http', () => app.close())
    const port = await listen(app, {
      host: settings.HOST,
      port: settings.PORT,
      plaintext: settings.PLAINTEXT,
    })
    log.info(
      { port, serverId: settings.SERVER_ID, model: settings.MODEL_NAME },
      'listening; the model is loading',
    )

    const name = settings.MODEL_NAME
    // llama.cpp ends the process on a header that contradicts itself, and the kernel does where memory ends.
    lastWords.leave(
      `The engine ended while it loaded the model ${name}: the file is damaged, or the pod has too little memory; its log may tell which. Register another file, or deploy with a smaller contextSize or parallel.`,
    )
    const engine = await loadEngine({
      path: settings.MODEL_PATH,
      name,
      contextSize: settings.CONTEXT_SIZE,
      sequences: settings.PARALLEL,
      batchSize: settings.BATCH_SIZE,
      threads: settings.THREADS,
      gpuLayers: settings.GPU_LAYERS,
      log,
    })
    closers.add('engine', () => engine.close())
    const { Template } = await import('@huggingface/jinja')
    const prompts = createPrompts(engine, (source) => parsed(name, () => new Template(source)))
    await warmUp(engine)
    const queue = settings.PARALLEL * settings.QUEUE_PER_SEQUENCE
    const slots = createSlots(engine.sequences, queue)
    const embedders = createSlots(engine.embedder ? [engine.embedder] : [], queue)
    const metrics = createMetrics(engine, [slots, embedders])
    loaded = { engine, slots, embedders, drain, prompts, metrics }
    closers.add('requests', () => drain.drain())
    lastWords.leave('')
    log.info({ ms: Math.round(performance.now() - startedAt) }, 'ready')
  }
  return run(log, start, { onFatal: lastWords.leave, closeWithinMs })
}

/** @throws ConfigurationError */
function parsed<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError(
      `The chat template of the model ${name} is not valid Jinja: ${why}. Register a file with one that is.`,
      { cause: error },
    )
  }
}

/** Room for a prompt of the whole context in any script and escaped as JSON, and not much more. */
function bodyLimitFor(contextSize: number): number {
  return Math.max(262_144, contextSize * 32)
}
