import type { Runtime } from '../records/server.ts'

const MiB = 2 ** 20

/**
 * The Node process with the engine's libraries: about 80 MiB at rest, and V8's heap may grow to the 192 MiB that the image
 * gives it (infra/images/Dockerfile; docs/decisions/0021).
 */
const processBytes = 256 * MiB

/** Room for what an estimate cannot know, such as the allocator's slack. */
const headroom = 1.1

/**
 * What a token costs beside its weights, while the engine reads the vocabulary and builds its own: texts and merges as the
 * header has them, and tables of both. Measured at 0.5 to 0.9 KiB with the vocabularies of real models, and their merges.
 */
const vocabularyBytes = 1_024

/** Activations of one token that are alive at once while a layer is computed, as a multiple of the embedding (F32). */
const liveActivations = 32

/** What the GGUF header says of a model's shape; null until it was read. */
export interface ModelShape {
  contextLength: number | null
  blockCount: number | null
  embeddingLength: number | null
  headCount: number | null
  headCountKv: number | null
  /** Numbers of one head's key and value for a token; null where each head has its share of the embedding. */
  keyLength: number | null
  valueLength: number | null
  vocabularySize: number | null
}

/** Bytes for one replica. */
export interface MemoryEstimate {
  modelBytes: number
  contextBytes: number
  totalBytes: number
}

/**
 * Bytes of the key-value cache: for each layer, each token of each sequence, a key and a value of F16 numbers for each
 * key-value head (`llama_kv_cache` in llama.cpp, with its default type F16).
 */
export function keyValueBytes(
  shape: ModelShape,
  { contextSize, parallel }: Pick<Runtime, 'contextSize' | 'parallel'>,
): number | null {
  const { blockCount, embeddingLength, headCount } = shape
  if (!blockCount || !embeddingLength || !headCount) return null
  const share = embeddingLength / headCount
  const keyAndValue = (shape.keyLength ?? share) + (shape.valueLength ?? share)
  const bytesOfF16 = 2
  return countable(
    blockCount * contextSize * parallel * (shape.headCountKv ?? headCount) * keyAndValue * bytesOfF16,
  )
}

/** For each sequence and token: a logit (F32), and what samplers sort (`llama_token_data` in llama.cpp, 12 bytes). */
const outcomeBytes = 4 + 12

const ofVocabulary = (tokens: number, parallel: number) =>
  tokens * (vocabularyBytes + parallel * outcomeBytes)

/** The estimate for one replica; null while the file's size or the model's shape is not known. */
export function estimateMemory(
  sizeBytes: number | null,
  shape: ModelShape | null,
  runtime: Pick<Runtime, 'contextSize' | 'parallel' | 'batchSize'>,
): MemoryEstimate | null {
  if (sizeBytes === null || shape === null) return null
  const cache = keyValueBytes(shape, runtime)
  if (cache === null) return null
  const batch = runtime.batchSize * (shape.embeddingLength ?? 0) * 4 * liveActivations
  const vocabulary = ofVocabulary(shape.vocabularySize ?? 0, runtime.parallel)
  const contextBytes = countable(cache + batch + vocabulary + processBytes)
  return { modelBytes: sizeBytes, contextBytes, totalBytes: countable(sizeBytes + contextBytes) }
}

/**
 * What one pod asks for, in bytes: the estimate with headroom, rounded up to MiB. Without an estimate it is the file's
 * size, where that is known, and the process: the least that it can be.
 */
export function memoryRequest(estimate: MemoryEstimate | null, sizeBytes: number | null): number {
  const bytes = estimate?.totalBytes ?? (sizeBytes ?? 0) + processBytes
  return countable(Math.ceil((bytes * headroom) / MiB) * MiB)
}

/** A header may claim a shape whose memory is beyond every count: the most that can be told and kept, which no quota has. */
const countable = (bytes: number): number => Math.min(Math.ceil(bytes), Number.MAX_SAFE_INTEGER)
