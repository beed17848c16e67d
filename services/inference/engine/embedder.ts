import { ConfigurationError } from '@berth/platform/config'
import type { GgufFileInfo } from 'node-llama-cpp'
import type { Embedder } from './engine.ts'
import type { NativeContext } from './native.ts'

/** How the outcomes of a text's tokens become one vector (llama.h, `llama_pooling_type`). */
const pooling = { mean: 1, last: 3 }

/** Architectures that only read: they choose no token after a text. */
const encoders = /bert|^t5encoder$|^gemma-embedding$/

/**
 * Whether a model is made for embeddings and not for answers: its file says how outcomes are pooled.
 * @throws ConfigurationError for one that is made for neither
 */
export function embeds({
  metadata,
  architectureMetadata,
}: Pick<GgufFileInfo, 'metadata' | 'architectureMetadata'>): boolean {
  const { architecture } = metadata.general
  const type = architectureMetadata.pooling_type ?? 0
  if (type >= pooling.mean && type <= pooling.last) return true
  if (!encoders.test(architecture)) return false
  throw new ConfigurationError(
    `The model is an encoder (${architecture}) without a pooling that makes one embedding of a text (${architecture}.pooling_type is ${type}); register a file that has mean, cls or last.`,
  )
}

/** Embeds one text at a time: the callers wait for their turn elsewhere. */
export function createEmbedder(context: NativeContext, dimensions: number): Embedder {
  return {
    dimensions,
    async embed(tokens) {
      context.removeTokenCellsFromSequence(0, 0, -1)
      context.initBatch(tokens.length)
      context.addToBatch(0, 0, Uint32Array.from(tokens), Uint32Array.from(tokens.keys()))
      await context.decodeBatch()
      return normalised(context.getEmbedding(tokens.length))
    },
  }
}

/** To a length of 1, so that a product of two is their cosine. */
function normalised(vector: Float64Array): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0))
}
