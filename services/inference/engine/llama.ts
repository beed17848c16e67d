import { open } from 'node:fs/promises'
import { ConfigurationError } from '@berth/platform/config'
import type { Log } from '@berth/platform/log'
import type { Llama, LlamaLogLevel, LlamaModel } from 'node-llama-cpp'
import { createEmbedder, embeds } from './embedder.ts'
import type { Engine } from './engine.ts'
import { bindingOf, type NativeContext } from './native.ts'
import { refusalOf, strangeTensor } from './refusal.ts'
import { createScheduler } from './scheduler.ts'
import { createSequence } from './sequence.ts'
import { findThreads, threadsFor, timeOfToken } from './threads.ts'
import { forgetTexts, vocabularyOf } from './vocabulary.ts'

export interface EngineOptions {
  path: string
  /** What people call the model. */
  name: string
  /** Tokens per sequence. */
  contextSize: number
  sequences: number
  batchSize: number
  /** 0 means as many as there are cores. */
  threads: number
  gpuLayers: number
  log: Log
}

/**
 * Loads a GGUF into llama.cpp, always as its prebuilt binary: nothing is compiled or downloaded here.
 * @throws ConfigurationError saying what is wrong with the file, or with the room there is for it
 */
export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const { path, name, log } = options
  await expectGguf(path, name)
  const { getLlama } = await import('node-llama-cpp')
  const said = createEngineLog(log)
  const llama = await getLlama({
    gpu: options.gpuLayers > 0 ? 'auto' : false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    // The number of threads is ours to choose, not to be shared out.
    maxThreads: 0,
    logger: said.logger,
  })
  try {
    const engine = await load(llama, options)
    said.loaded()
    return engine
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    // The package reads the header first, and does not say much of what it does not know.
    const strange = await strangeTensor(path).catch(() => undefined)
    throw refusalOf(name, path, error, strange === undefined ? said.errors() : [strange])
  }
}

async function load(llama: Llama, options: EngineOptions): Promise<Engine> {
  const { path, name, sequences, batchSize, gpuLayers, log } = options
  const model = await llama.loadModel({ modelPath: path, ...(gpuLayers > 0 && { gpuLayers }) })
  const contextSize = Math.min(options.contextSize, model.trainContextSize)
  if (contextSize < 1) throw new Error('it claims a context of no tokens')
  if (contextSize < options.contextSize) {
    log.warn(
      { asked: options.contextSize, contextSize },
      'the model was trained on a shorter context; using that',
    )
  }
  const most = threadsFor(model.size, options.threads)
  const binding = bindingOf(llama, model)
  const embedding = embeds(model.fileInfo)
  // A text is embedded whole, in one batch, and one after the other.
  const room = embedding
    ? { contextSize, batchSize: contextSize, sequences: 1, embeddings: true }
    : { contextSize: contextSize * sequences, batchSize, sequences, embeddings: false }
  const context = binding.createContext({ ...room, threads: most, flashAttention: 'auto' })
  if (!(await context.init())) {
    throw new ConfigurationError(
      `There is not enough memory for the model ${name} with ${sequences} sequences of ${contextSize} tokens; deploy it with a smaller contextSize or parallel.`,
    )
  }
  const threads = embedding
    ? { single: most, batch: most }
    : await findThreads(most, (count) => timeOfToken(context, count))
  const vocabulary = vocabularyOf(model)
  forgetTexts(model)
  const memory = { weightsBytes: binding.modelBytes(), contextBytes: bytesOf(context) }
  log.info({ ...room, threads, gpu: llama.gpu, ...memory }, 'model loaded')
  const scheduler = createScheduler(context, {
    sequences: room.sequences,
    batchSize,
    canTrim: canTrim(model),
    threads,
    isEnd: vocabulary.isEnd,
  })
  const evaluates = embedding ? 0 : sequences
  return {
    vocabulary,
    chatTemplate: model.fileInfo.metadata.tokenizer?.chat_template,
    contextSize,
    memory,
    embedder: embedding ? createEmbedder(context, model.embeddingVectorSize) : undefined,
    sequences: Array.from({ length: evaluates }, (_, index) =>
      createSequence(index, scheduler, context, binding, vocabulary),
    ),
    async close() {
      await scheduler.close(new Error('The engine is closed.'))
      await context.dispose()
      await llama.dispose()
    },
  }
}

function bytesOf(context: NativeContext): number {
  const { cpuRam, gpuVram } = context.getMemoryBreakdown()
  return cpuRam + gpuVram
}

/** Recurrent state cannot go back, and of a sliding window the tokens before it are gone. */
function canTrim({ fileInsights: { isRecurrent, isHybrid, swaSize } }: LlamaModel): boolean {
  return !isRecurrent && !isHybrid && !swaSize
}

/** A file that is no GGUF at all is told as that, before llama.cpp tries. */
async function expectGguf(path: string, name: string): Promise<void> {
  const magic = Buffer.alloc(4)
  try {
    const file = await open(path, 'r')
    try {
      await file.read(magic, 0, 4, 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError(`The file of the model ${name} cannot be read: ${why}.`, { cause: error })
  }
  if (magic.toString('latin1') !== 'GGUF')
    throw new ConfigurationError(
      `The file of the model ${name} is not GGUF; register one that is, and deploy that.`,
    )
}

/** Passes llama.cpp's messages on. While the model loads, its errors are kept for the one line that tells of the failure. */
function createEngineLog(log: Log) {
  const errors: string[] = []
  let loading = true
  return {
    logger(level: LlamaLogLevel, message: string): void {
      const text = message.trim()
      if (text === '') return
      const serious = level === 'error' || level === 'fatal'
      if (serious && loading) errors.push(text)
      else if (serious) log.error({ engine: true }, text)
      else if (level === 'warn') log.debug({ engine: true }, text)
    },
    loaded(): void {
      loading = false
    },
    errors: () => errors,
  }
}
