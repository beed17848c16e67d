import type { Llama, LlamaModel } from 'node-llama-cpp'
import type { Token } from './decoder.ts'

/**
 * What Berth uses of node-llama-cpp's native binding directly, below its public classes (docs/decisions/0018). The shapes are those
 * of its version 3.22; `bindingOf` checks that they are there.
 */
export interface NativeContext {
  /** @returns false when there is not enough memory */
  init(): Promise<boolean>
  dispose(): Promise<void>
  /** Begins a batch of so many tokens. */
  initBatch(tokens: number): void
  /**
   * @param at position of the first token in the sequence
   * @param wanted of which of these tokens the outcome is wanted
   * @returns for each of those, what `sampleToken` takes
   */
  addToBatch(sequence: number, at: number, tokens: Uint32Array, wanted: Uint32Array): Uint32Array
  decodeBatch(): Promise<void>
  /** For the evaluations from now on. */
  setThreads(threads: number): void
  /** @returns -1 when there is nothing to choose from */
  sampleToken(outcome: number, sampler: NativeSampler): Promise<Token>
  /** The same, with the sum of all weights relative to the best, and the logits of the best `top` and of the chosen one, in pairs. */
  sampleToken(
    outcome: number,
    sampler: NativeSampler,
    probabilities: false,
    confidence: false,
    logits: [tokens: Token[], highest: false, lowest: false, chosen: boolean, top: number],
    totalWeight: true,
  ): Promise<
    [token: Token, probabilities: undefined, confidence: unknown, logits: number[], totalWeight: number]
  >
  /** Drops what a sequence holds between two positions; -1 is the end. @returns false when the model cannot */
  removeTokenCellsFromSequence(sequence: number, from: number, to: number): boolean
  /** Of what was decoded last in sequence 0, of a context for embeddings. */
  getEmbedding(tokens: number): Float64Array
  /** Bytes of the key-value cache and of the buffers to compute in. */
  getMemoryBreakdown(): MemoryBreakdown
}

/** Of a context, what evaluating takes. */
export type Evaluator = Pick<
  NativeContext,
  'initBatch' | 'addToBatch' | 'decodeBatch' | 'removeTokenCellsFromSequence' | 'setThreads'
>

interface MemoryBreakdown {
  cpuRam: number
  gpuVram: number
}

export interface SamplerConfig {
  temperature?: number
  minP?: number
  topK?: number
  topP?: number
  seed: number
  repeatPenalty?: number
  repeatPenaltyMaxTokens?: number
  repeatPenaltyTokens?: Uint32Array
  repeatPenaltyPresencePenalty?: number
  repeatPenaltyFrequencyPenalty?: number
  tokenBiasKeys?: Uint32Array
  tokenBiasValues?: Float32Array
  grammarEvaluationState?: object
}

/** Remembers what it has chosen, as penalties and grammars need it. */
export interface NativeSampler {
  applyConfig(config: SamplerConfig): void
}

export interface Binding {
  createContext(options: {
    /** Tokens of all sequences together. */
    contextSize: number
    batchSize: number
    sequences: number
    threads: number
    flashAttention: 'auto'
    embeddings: boolean
  }): NativeContext
  /** Bytes of the weights. */
  modelBytes(): number
  createSampler(): NativeSampler
  /** What a sampler needs to keep to a grammar in GBNF. @throws when it is not one */
  createGrammarState(grammar: string): object
  /** Whether a token may come next; one that ends the answer, whether the grammar has ended. */
  fits(grammarState: object, token: Token): boolean
  /** Brings a grammar past a token that fits. */
  advance(grammarState: object, token: Token): void
}

interface NativeModel {
  getMemoryBreakdown(): MemoryBreakdown
}

interface Addon {
  AddonContext: new (model: object, options: object) => NativeContext
  AddonSampler: {
    new (model: object): NativeSampler
    canBeNextTokenForGrammarEvaluationState(state: object, token: Token): boolean
    acceptGrammarEvaluationStateToken(state: object, token: Token): void
  }
  AddonGrammar: new (grammar: string, options: object) => object
  AddonGrammarEvaluationState: new (model: object, grammar: object) => object
}

/** @throws when this version of node-llama-cpp has another binding */
export function bindingOf(llama: Llama, model: LlamaModel): Binding {
  // Both are marked as internal in the package, and left out of its types.
  const addon = Reflect.get(llama, '_bindings') as Addon | undefined
  const native = Reflect.get(model, '_model') as NativeModel | undefined
  if (!addon?.AddonContext || !addon.AddonSampler || !native) {
    throw new TypeError(
      'This version of node-llama-cpp has another native binding than 3.22; install that one.',
    )
  }
  return {
    createContext: (options) => new addon.AddonContext(native, options),
    modelBytes() {
      const { cpuRam, gpuVram } = native.getMemoryBreakdown()
      return cpuRam + gpuVram
    },
    createSampler: () => new addon.AddonSampler(native),
    createGrammarState: (text) => {
      const grammar = new addon.AddonGrammar(text, { addonExports: addon, rootRuleName: 'root' })
      return new addon.AddonGrammarEvaluationState(native, grammar)
    },
    fits: (state, token) => addon.AddonSampler.canBeNextTokenForGrammarEvaluationState(state, token),
    advance: (state, token) => addon.AddonSampler.acceptGrammarEvaluationStateToken(state, token),
  }
}
