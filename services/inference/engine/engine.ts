import type { Token } from './decoder.ts'

/** How the next token is chosen from the model's probabilities. */
export interface Sampling {
  /** 0 always takes the likeliest. */
  temperature: number
  topP: number
  /** 0 takes all into account. */
  topK: number
  minP: number
  /** 32 bits. */
  seed: number
  frequencyPenalty: number
  presencePenalty: number
}

/** What serves one request at a time; it keeps the state of its last one. */
export interface Sequence {
  /** How many tokens at the beginning of a prompt need no evaluation, since they are the state already. */
  reusable(prompt: readonly Token[]): number
  /**
   * Brings the state to the prompt, then yields token after token until the caller has enough. The prompt is evaluated
   * batch by batch, so an abort ends it soon.
   */
  sample(prompt: readonly Token[], sampling: Sampling, signal: AbortSignal): AsyncGenerator<Token, void, void>
}

/** What a model says about how to talk to it. */
export interface Vocabulary {
  /** Text to tokens. Control tokens are recognised by their text only where `control` is true. */
  tokenize(text: string, control: boolean): Token[]
  detokenize(tokens: Token[], before: Token[]): string
  /** Whether a token ends the answer. */
  isEnd(token: Token): boolean
  /** The texts of all control tokens, such as `<|im_end|>`. */
  controlTexts: readonly string[]
  /** The token that every prompt begins with, for models that want one. */
  begin: Token | undefined
  beginText: string
  endText: string
}

/** A loaded model. */
export interface Engine {
  vocabulary: Vocabulary
  /** The model's own Jinja template. */
  chatTemplate: string | undefined
  /** Tokens that a prompt and its answer may have together. */
  contextSize: number
  sequences: readonly Sequence[]
  close(): Promise<void>
}
