import { ConfigurationError } from '@berth/platform/config'
import { createDecoder, type Token } from './decoder.ts'
import type { Choice, Engine, Sampling, Sequence, Vocabulary } from './engine.ts'
import { createStopFilter } from './stops.ts'

/** What is to be generated. */
export interface Order {
  prompt: readonly Token[]
  /** Tokens of the answer at most; the context's end is the other limit. */
  maxTokens: number
  stops: readonly string[]
  sampling: Sampling
  /** Control tokens that are a part of the answer's text; others are left out. */
  shown?: readonly Token[]
}

/** How an answer ended, and what it took. */
export interface Finish {
  reason: 'stop' | 'length'
  promptTokens: number
  /** Of the prompt's tokens, those whose state was there from the request before. */
  cachedTokens: number
  /** The tokens of the answer, a stop string's included, the one that ends it not. */
  completionTokens: number
}

/** A token as text, with its natural logarithm of probability. */
export interface WeighedToken {
  text: string
  /** UTF-8; null where the token is only a part of a character. */
  bytes: number[] | null
  logprob: number
  /** The likeliest ones in its place. */
  top: WeighedToken[]
}

/** A part of an answer: whole characters only. */
export interface Piece {
  text: string
  /** Where asked for: the tokens that have come since the piece before. */
  tokens?: WeighedToken[]
}

type Emit = (piece: Piece) => Promise<void> | void

/**
 * Generates an answer; hands its text on piece by piece, and waits while `emit` does.
 * @throws the signal's reason when it aborts, and what `emit` throws
 */
export async function generate(
  { vocabulary, contextSize }: Pick<Engine, 'vocabulary' | 'contextSize'>,
  sequence: Sequence,
  { prompt, maxTokens, stops, sampling, shown = [] }: Order,
  signal: AbortSignal,
  emit: Emit,
  onToken: () => void = () => undefined,
): Promise<Finish> {
  const limit = Math.min(maxTokens, contextSize - prompt.length)
  const decoder = createDecoder(vocabulary.detokenize)
  const filter = createStopFilter(stops)
  const generation = sequence.generate(prompt, sampling, limit, signal)
  const weighed = sampling.logprobs === undefined ? undefined : ([] as WeighedToken[])
  let completionTokens = 0
  let reason: Finish['reason'] = 'length'
  const finish = (how: Finish['reason']): Finish => ({
    reason: how,
    promptTokens: prompt.length,
    cachedTokens: generation.cachedTokens(),
    completionTokens,
  })
  const tell = (text: string) => emit(weighed ? { text, tokens: weighed.splice(0) } : { text })

  for await (const choice of generation) {
    signal.throwIfAborted()
    if (vocabulary.isEnd(choice.token)) {
      reason = 'stop'
      break
    }
    completionTokens += 1
    onToken()
    weighed?.push(weigh(choice, vocabulary))
    const { token } = choice
    const read = shown.includes(token) ? decoder.end() + vocabulary.piece(token) : decoder.push(token)
    const { text, stopped } = filter.push(read)
    if (text !== '') await tell(text)
    if (stopped) return finish('stop')
  }

  // What the decoder still holds may complete a stop string.
  const { text, stopped } = filter.push(decoder.end())
  const rest = stopped ? text : text + filter.end()
  if (rest !== '' || weighed?.length) await tell(rest)
  return finish(stopped ? 'stop' : reason)
}

function weigh({ token, logprob = 0, top = [] }: Choice, { piece }: Pick<Vocabulary, 'piece'>): WeighedToken {
  const text = piece(token)
  return {
    text,
    bytes: text.includes('\uFFFD') ? null : [...Buffer.from(text)],
    logprob,
    top: top.map((other) => weigh(other, { piece })),
  }
}

/** Always the likeliest token; the seed is of no account. */
export const greedy: Sampling = {
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  seed: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
}

/**
 * Answers one token, so that the first request finds everything in memory.
 * @throws ConfigurationError when the model cannot, such as one whose weights are no numbers
 */
export async function warmUp(engine: Engine): Promise<void> {
  const [sequence] = engine.sequences
  const { begin, tokenize } = engine.vocabulary
  const prompt = [begin ?? tokenize('a', false)[0] ?? 0]
  const sampling = { ...greedy, logprobs: 0 }
  const unfit = new ConfigurationError(
    'The model gives no numbers for its first token: its weights are damaged; register another file and deploy that.',
  )
  const embedding = await engine.embedder?.embed(prompt)
  if (embedding?.some(Number.isNaN)) throw unfit
  const answer = sequence?.generate(prompt, sampling, 1, new AbortController().signal) ?? []
  for await (const { logprob } of answer) if (!Number.isFinite(logprob)) throw unfit
}
