import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { ConfigurationError } from '@berth/platform/config'
import type { Log } from '@berth/platform/log'
import type { Llama, LlamaLogLevel, LlamaModel, Token as LlamaToken } from 'node-llama-cpp'
import type { Engine, Vocabulary } from './engine.ts'
import { createGate } from './gate.ts'
import { createSequence } from './sequence.ts'

export interface EngineOptions {
  path: string
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
  const { path, log } = options
  await expectGguf(path)
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
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError(
      `The model ${path} cannot be loaded; is the file whole, and its architecture one that llama.cpp knows? ${[why, ...said.errors()].join('; ')}.`,
      { cause: error },
    )
  }
}

async function load(llama: Llama, options: EngineOptions): Promise<Engine> {
  const { path, sequences, batchSize, gpuLayers, log } = options
  const model = await llama.loadModel({ modelPath: path, ...(gpuLayers > 0 && { gpuLayers }) })
  const contextSize = Math.min(options.contextSize, model.trainContextSize)
  if (contextSize < options.contextSize) {
    log.warn(
      { asked: options.contextSize, contextSize },
      'the model was trained on a shorter context; using that',
    )
  }
  const threads = threadsFor(model.size, options.threads)
  const context = await model.createContext({
    sequences,
    contextSize,
    batchSize,
    threads: { ideal: threads, min: threads },
  })
  const vocabulary = vocabularyOf(model)
  const gate = createGate()
  log.info(
    { contextSize, sequences, batchSize: context.batchSize, threads, gpu: llama.gpu, sizeBytes: model.size },
    'model loaded',
  )
  return {
    vocabulary,
    chatTemplate: model.fileInfo.metadata.tokenizer?.chat_template,
    contextSize,
    sequences: Array.from({ length: sequences }, () =>
      createSequence(context.getSequence(), context.batchSize, gate),
    ),
    close: () => llama.dispose(),
  }
}

const mebibyte = 1_048_576

/**
 * llama.cpp's threads wait for one another by spinning, several times per layer. For a small model that waiting costs
 * more than a second thread brings, and on a busy machine it costs everything: a 4 MB model on two contended cores went
 * from 569 tokens a second with one thread to 7 with two.
 */
export function threadsFor(modelBytes: number, wanted: number, cores = availableParallelism()): number {
  if (modelBytes < 64 * mebibyte) return 1
  return Math.max(1, Math.min(wanted === 0 ? cores : wanted, cores))
}

function vocabularyOf(model: LlamaModel): Vocabulary {
  const { tokens } = model
  const controlTexts: string[] = []
  for (const token of model.iterateAllTokens()) {
    if (!model.getTokenAttributes(token).control) continue
    const text = model.detokenize([token], true)
    if (text !== '') controlTexts.push(text)
  }
  return {
    tokenize: (text, control) => model.tokenize(text, control),
    detokenize: (some, before) => model.detokenize(some as LlamaToken[], false, before as LlamaToken[]),
    isEnd: (token) => model.isEogToken(token as LlamaToken),
    // Longest first, so that one that contains another is found whole.
    controlTexts: controlTexts.sort((a, b) => b.length - a.length),
    begin: tokens.shouldPrependBosToken && tokens.bos !== null ? tokens.bos : undefined,
    beginText: tokens.bosString ?? '',
    endText: tokens.eosString ?? '',
  }
}

/** A file that is no GGUF at all is told as that, before llama.cpp tries. */
async function expectGguf(path: string): Promise<void> {
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
    throw new ConfigurationError(`The model ${path} cannot be read: ${why}.`, { cause: error })
  }
  if (magic.toString('latin1') !== 'GGUF')
    throw new ConfigurationError(`The model ${path} is not a GGUF file.`)
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
    errors: () => errors.slice(0, 3),
  }
}
