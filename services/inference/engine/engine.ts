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
  /** What is added to the logits of single tokens. */
  bias?: readonly (readonly [token: Token, bias: number])[]
  /** GBNF that the answer keeps to. */
  grammar?: string
  /** A text after which the grammar begins, where it is not the whole answer's. `atStart`: only where the answer begins with it. */
  trigger?: { text: string; atStart: boolean }
  /** Tells the probability of each token of the answer, and of so many of the likeliest. */
  logprobs?: number
}

/** No token of the model fits the grammar; with the tokens for single bytes that most models have, that does not happen. */
export class GrammarUnfitError extends Error {
  override name = 'GrammarUnfitError'
  constructor(options: ErrorOptions) {
    super("The model's vocabulary cannot write what the grammar asks for; ask for other texts.", options)
  }
}

/** A token of the answer. */
export interface Choice {
  token: Token
  /** Where asked for: its natural logarithm of probability before any sampling, and those of the likeliest tokens. */
  logprob?: number
  top?: readonly { token: Token; logprob: number }[]
}

/** An answer that is being made, token by token. */
export interface Generation extends AsyncIterable<Choice, void> {
  /** Tokens of the prompt whose state was there already; known with the first token. */
  cachedTokens(): number
}

/** What serves one request at a time; it keeps the state of its last one. */
export interface Sequence {
  /** How many tokens at the beginning of a prompt need no evaluation, since they are the state already. */
  reusable(prompt: readonly Token[]): number
  /** Tokens whose state it keeps. */
  held(): number
  /**
   * Brings the state to the prompt, then chooses `limit` tokens at most. It runs a few tokens ahead of whoever takes them, and no
   * more; leaving the loop or an abort ends it.
   */
  generate(prompt: readonly Token[], sampling: Sampling, limit: number, signal: AbortSignal): Generation
}

/** What a model says about how to talk to it. */
export interface Vocabulary {
  /** Tokens are numbers below it. */
  size: number
  /** Text to tokens. Control tokens are recognised by their text only where `control` is true. */
  tokenize(text: string, control: boolean): Token[]
  /** Control tokens have their texts only where `control` is true. */
  detokenize(tokens: Token[], before: Token[], control?: boolean): string
  /** A single token's text as it stands within a text, control tokens' too. */
  piece(token: Token): string
  /** Whether a token ends the answer. */
  isEnd(token: Token): boolean
  /** The texts of all control tokens, such as `<|im_end|>`. */
  controlTexts: readonly string[]
  /** The token that every prompt begins with, for models that want one. */
  begin: Token | undefined
  /** The token that every text to embed ends with, for models that want one. */
  end: Token | undefined
  beginText: string
  endText: string
}

/** Turns texts into vectors, one at a time. */
export interface Embedder {
  /** Numbers of a vector. */
  dimensions: number
  /** The vector of a text, of length 1. */
  embed(tokens: readonly Token[]): Promise<Float32Array>
}

/** A loaded model. */
export interface Engine {
  vocabulary: Vocabulary
  /** The model's own Jinja template. */
  chatTemplate: string | undefined
  /** Tokens that a prompt and its answer may have together. */
  contextSize: number
  /** None where there is an embedder. */
  sequences: readonly Sequence[]
  /** Only of a model that is made for embeddings. */
  embedder: Embedder | undefined
  memory: { weightsBytes: number; contextBytes: number }
  close(): Promise<void>
}
