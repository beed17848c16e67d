/** The dimensions of a Llama, as its GGUF header names them. */
export interface Shape {
  blocks: number
  width: number
  feedForward: number
  heads: number
  keyValueHeads: number
  vocabulary: number
  contextLength: number
}

/** Shapes that people serve: SmolLM-135M's and Llama-3.2-1B's. Input and output embeddings are one tensor in both. */
export const shapes = {
  '135M': {
    blocks: 30,
    width: 576,
    feedForward: 1_536,
    heads: 9,
    keyValueHeads: 3,
    vocabulary: 49_152,
    contextLength: 8_192,
  },
  '1B': {
    blocks: 16,
    width: 2_048,
    feedForward: 8_192,
    heads: 32,
    keyValueHeads: 8,
    vocabulary: 128_256,
    contextLength: 131_072,
  },
} as const satisfies Record<string, Shape>

export type ShapeName = keyof typeof shapes
