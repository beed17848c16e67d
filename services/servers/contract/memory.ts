import type { Runtime } from '../records/server.ts'

const MiB = 2 ** 20

/** The Node process with the engine's libraries, at its peak while a model loads; measured at 210 to 240 MiB. */
const processBytes = 256 * MiB

/** Room for what an estimate cannot know, such as the vocabulary's logits and the allocator's slack. */
const headroom = 1.1

/** Activations of one token that are alive at once while a layer is computed, as a multiple of the embedding (F32). */
const liveActivations = 32

/** What the GGUF header says of a model's shape; null until it was read. */
export interface ModelShape {
  contextLength: number | null
  blockCount: number | null
  embeddingLength: number | null
  headCount: number | null
  headCountKv: number | null
}

/** Bytes for one replica. */
export interface MemoryEstimate {
  modelBytes: number
  contextBytes: number
  totalBytes: number
}

/**
 * Bytes of the key-value cache: for each layer, each token of each sequence, a key and a value of `headDim` F16 numbers
 * for each key-value head (`llama_kv_cache` in llama.cpp, with its default type F16).
 */
export function keyValueBytes(
  shape: ModelShape,
  { contextSize, parallel }: Pick<Runtime, 'contextSize' | 'parallel'>,
): number | null {
  const { blockCount, embeddingLength, headCount } = shape
  if (!blockCount || !embeddingLength || !headCount) return null
  const headDim = embeddingLength / headCount
  const keyAndValue = 2
  const bytesOfF16 = 2
  return countable(
    keyAndValue *
      blockCount *
      contextSize *
      parallel *
      (shape.headCountKv ?? headCount) *
      headDim *
      bytesOfF16,
  )
}

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
  const contextBytes = countable(cache + batch + processBytes)
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
