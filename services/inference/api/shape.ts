import type { Finish, Piece, WeighedToken } from '../engine/generate.ts'
import type { CallReader, Delta } from '../tools/calls.ts'
import { chatDelta, chatMessage, reasonOf } from './message.ts'

/** One of the answers to a request. */
export interface Answer extends Piece {
  finish: Finish
}

/** What answers look like, whole and in pieces; `index` says which of several. */
export interface Shape {
  whole(answers: readonly Answer[]): object
  /** What each answer of a stream begins with. */
  first(index: number): object | undefined
  pieces(piece: Piece, index: number): readonly object[]
  last(finish: Finish, index: number): readonly object[]
  /** What a stream ends with when its tokens are to be counted. */
  usage(finishes: readonly Finish[]): object
}

/** The prompt counts once, whatever the number of answers. */
export function usageOf(finishes: readonly Finish[]) {
  const [first] = finishes
  const promptTokens = first?.promptTokens ?? 0
  const completionTokens = finishes.reduce((sum, finish) => sum + finish.completionTokens, 0)
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: first?.cachedTokens ?? 0 },
  }
}

interface Naming {
  /** The model's name, as the answer gives it. */
  model: string
  includeUsage: boolean
  created?: number
  id?: string
}

const newId = () => crypto.randomUUID().replaceAll('-', '')
const seconds = () => Math.floor(Date.now() / 1000)

/**
 * `chat.completion`, and `chat.completion.chunk` in a stream.
 * @param createReader tells calls of tools from text, in answers that may have them
 */
export function chatShape({
  model,
  includeUsage,
  created = seconds(),
  id = `chatcmpl-${newId()}`,
  createReader,
}: Naming & { createReader?: () => CallReader }): Shape {
  const chunk = (choices: object[], usage: object | null = null) => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices,
    ...(includeUsage && { usage }),
  })
  const choice = (
    index: number,
    delta: object,
    tokens?: readonly WeighedToken[],
    finish_reason: string | null = null,
  ) => chunk([{ index, delta, logprobs: chatLogprobs(tokens), finish_reason }])
  const readers = new Map<number, CallReader>()
  /** Each part by itself; the tokens that came with them stand at the first. */
  const parts = (deltas: readonly Delta[], index: number, tokens?: readonly WeighedToken[]) =>
    deltas.length === 0 && tokens?.length
      ? [choice(index, {}, tokens)]
      : deltas.map((delta, place) => choice(index, chatDelta(delta), place === 0 ? tokens : undefined))
  return {
    whole: (answers) => ({
      id,
      object: 'chat.completion',
      created,
      model,
      choices: answers.map((answer, index) => ({
        index,
        ...chatMessage(answer, createReader?.()),
        logprobs: chatLogprobs(answer.tokens),
      })),
      usage: usageOf(answers.map(({ finish }) => finish)),
    }),
    first(index) {
      if (createReader) readers.set(index, createReader())
      return choice(index, { role: 'assistant', content: createReader ? null : '' })
    },
    pieces({ text, tokens }, index) {
      const reader = readers.get(index)
      return parts(reader ? reader.push(text) : [{ content: text }], index, tokens)
    },
    last(finish, index) {
      const reader = readers.get(index)
      const rest = reader?.end(finish.reason === 'length') ?? []
      return [...parts(rest, index), choice(index, {}, undefined, reasonOf(finish, reader))]
    },
    usage: (finishes) => chunk([], usageOf(finishes)),
  }
}

function chatLogprobs(tokens: readonly WeighedToken[] | undefined) {
  if (!tokens) return null
  const entry = ({ text, bytes, logprob }: WeighedToken) => ({ token: text, logprob, bytes })
  return {
    content: tokens.map((token) => ({ ...entry(token), top_logprobs: token.top.map(entry) })),
    refusal: null,
  }
}

/** `text_completion`, the same whole and in a stream. */
export function completionShape({
  model,
  includeUsage,
  created = seconds(),
  id = `cmpl-${newId()}`,
}: Naming): Shape {
  const completion = (choices: object[], usage?: object | null) => ({
    id,
    object: 'text_completion',
    created,
    model,
    choices,
    ...(usage !== undefined && { usage }),
  })
  /** Characters of each answer so far: in a stream, offsets go on from piece to piece. */
  const lengths = new Map<number, number>()
  const choice = (index: number, { text, tokens }: Piece, finish_reason: string | null) => {
    const offset = lengths.get(index) ?? 0
    lengths.set(index, offset + text.length)
    return { index, text, logprobs: completionLogprobs(tokens, offset), finish_reason }
  }
  const none = includeUsage ? null : undefined
  return {
    whole: (answers) =>
      completion(
        answers.map((answer, index) => choice(index, answer, answer.finish.reason)),
        usageOf(answers.map(({ finish }) => finish)),
      ),
    first: () => undefined,
    pieces: (piece, index) => [completion([choice(index, piece, null)], none)],
    last: (finish, index) => [completion([choice(index, { text: '' }, finish.reason)], none)],
    usage: (finishes) => completion([], usageOf(finishes)),
  }
}

function completionLogprobs(tokens: readonly WeighedToken[] | undefined, from: number) {
  if (!tokens) return null
  let offset = from
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) =>
      Object.fromEntries(top.map(({ text, logprob }) => [text, logprob])),
    ),
    text_offset: tokens.map(({ text }) => {
      const at = offset
      offset += text.length
      return at
    }),
  }
}
