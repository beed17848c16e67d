import { createDecoder, type Token } from './decoder.ts'
import type { Engine, Sampling, Sequence } from './engine.ts'
import { createStopFilter } from './stops.ts'

/** What is to be generated. */
export interface Order {
  prompt: readonly Token[]
  /** Tokens of the answer at most; the context's end is the other limit. */
  maxTokens: number
  stops: readonly string[]
  sampling: Sampling
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

/**
 * Generates an answer; hands its text on piece by piece, whole characters only, and waits while `emit` does.
 * @throws the signal's reason when it aborts, and what `emit` throws
 */
export async function generate(
  { vocabulary, contextSize }: Pick<Engine, 'vocabulary' | 'contextSize'>,
  sequence: Sequence,
  { prompt, maxTokens, stops, sampling }: Order,
  signal: AbortSignal,
  emit: (text: string) => Promise<void> | void,
): Promise<Finish> {
  const limit = Math.min(maxTokens, contextSize - prompt.length)
  const decoder = createDecoder(vocabulary.detokenize)
  const filter = createStopFilter(stops)
  const cachedTokens = sequence.reusable(prompt)
  let completionTokens = 0
  let reason: Finish['reason'] = 'length'

  for await (const token of sequence.sample(prompt, sampling, signal)) {
    signal.throwIfAborted()
    if (vocabulary.isEnd(token)) {
      reason = 'stop'
      break
    }
    completionTokens += 1
    const { text, stopped } = filter.push(decoder.push(token))
    if (text !== '') await emit(text)
    if (stopped) return { reason: 'stop', promptTokens: prompt.length, cachedTokens, completionTokens }
    if (completionTokens >= limit) break
  }

  // What the decoder still holds may complete a stop string.
  const { text, stopped } = filter.push(decoder.end())
  const rest = stopped ? text : text + filter.end()
  if (rest !== '') await emit(rest)
  return { reason: stopped ? 'stop' : reason, promptTokens: prompt.length, cachedTokens, completionTokens }
}

/** Answers one token, so that the first request finds everything in memory. @throws when the model cannot */
export async function warmUp(engine: Engine): Promise<void> {
  const [sequence] = engine.sequences
  const { begin, tokenize } = engine.vocabulary
  const prompt = [begin ?? tokenize('a', false)[0] ?? 0]
  const sampling = {
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    seed: 0,
    frequencyPenalty: 0,
    presencePenalty: 0,
  }
  const order = { prompt, maxTokens: 1, stops: [], sampling }
  if (sequence) await generate(engine, sequence, order, new AbortController().signal, () => undefined)
}
