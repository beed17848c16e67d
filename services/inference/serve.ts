import { createHttpServer, listen } from '@berth/platform/http'
import { run } from '@berth/platform/lifecycle'
import type { Log } from '@berth/platform/log'
import { createTokenVerifier } from '@berth/platform/tokens'
import { createAdmission } from './api/access.ts'
import { createDrain } from './api/drain.ts'
import { createMetrics } from './api/metrics.ts'
import { type Loaded, serveApi } from './api/routes.ts'
import { warmUp } from './engine/generate.ts'
import { loadEngine } from './engine/llama.ts'
import { createPrompts } from './engine/prompt.ts'
import { createSlots } from './engine/slots.ts'
import { serveEnvironment } from './environment.ts'

/** The container that answers: listens at once, loads the model, and is ready when one token has come out of it. */
export function runServe(log: Log): Promise<void> {
  return run(log, async (closers) => {
    const settings = serveEnvironment()
    log.level = settings.LOG_LEVEL
    const startedAt = performance.now()
    const drain = createDrain()
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

    const engine = await loadEngine({
      path: settings.MODEL_PATH,
      contextSize: settings.CONTEXT_SIZE,
      sequences: settings.PARALLEL,
      batchSize: settings.BATCH_SIZE,
      threads: settings.THREADS,
      gpuLayers: settings.GPU_LAYERS,
      log,
    })
    closers.add('engine', () => engine.close())
    const { Template } = await import('@huggingface/jinja')
    const prompts = createPrompts(engine, (source) => new Template(source))
    await warmUp(engine)
    const slots = createSlots(engine.sequences, settings.PARALLEL * settings.QUEUE_PER_SEQUENCE)
    loaded = { engine, slots, drain, prompts, metrics: createMetrics(slots) }
    closers.add('requests', () => drain.drain())
    log.info({ ms: Math.round(performance.now() - startedAt) }, 'ready')
  })
}

/** Room for a prompt of the whole context in any script and escaped as JSON, and not much more. */
function bodyLimitFor(contextSize: number): number {
  return Math.max(262_144, contextSize * 32)
}
