import { z } from 'zod'
import type { Sampling } from '../engine/engine.ts'
import type { Message } from '../engine/prompt.ts'
import { check, invalid, optional } from './check.ts'
import { type ResponseFormat, responseFormat } from './constraint.ts'
import { messageList, readMessages } from './messages.ts'
import { type Calling, readTools, toolParameters } from './tools.ts'

/** What both endpoints take, in our words. */
export interface Wanted {
  stream: boolean
  /** Whether a stream ends with the count of tokens. */
  includeUsage: boolean
  /** Undefined: as many as the context has room for. */
  maxTokens: number | undefined
  stops: readonly string[]
  sampling: Sampling
  /** Control tokens that are a part of the answer's text. */
  shown?: readonly number[]
  /** How many answers; each has a seed of its own. */
  answers: number
}

const between = (least: number, most: number) => z.number().min(least).max(most)
const tokens = () => z.int().min(1).max(10_000_000)
const mostAnswers = 16
const stop = z.string().min(1).max(256)

const shared = {
  model: optional(z.string().max(512)),
  stream: optional(z.boolean()),
  stream_options: optional(z.strictObject({ include_usage: optional(z.boolean()) })),
  max_tokens: optional(tokens()),
  temperature: optional(between(0, 2)),
  top_p: optional(between(0, 1)),
  top_k: optional(z.int().min(-1).max(1_000_000)),
  min_p: optional(between(0, 1)),
  seed: optional(z.int()),
  stop: optional(
    z.union([
      z.array(stop, 'must be a string or a list of strings').max(4, 'must be at most 4 strings'),
      stop,
    ]),
  ),
  frequency_penalty: optional(between(-2, 2)),
  presence_penalty: optional(between(-2, 2)),
  n: optional(z.int().min(1).max(mostAnswers)),
  logit_bias: optional(
    z.record(z.string().regex(/^\d{1,7}$/, 'must be the number of a token'), between(-100, 100)),
  ),
}

const chatRequest = z.strictObject({
  ...shared,
  ...toolParameters,
  messages: messageList,
  response_format: optional(responseFormat),
  max_completion_tokens: optional(tokens()),
  logprobs: optional(z.boolean()),
  top_logprobs: optional(z.int().min(0).max(20)),
})
const completionRequest = z.strictObject({
  ...shared,
  prompt: z.union([z.array(z.string(), 'must be a string').length(1, 'must be one string'), z.string()]),
  logprobs: optional(z.int().min(0).max(5)),
})

/** What a chat takes beside. */
export interface ChatWanted extends Wanted {
  messages: Message[]
  format: ResponseFormat | undefined
  calling: Calling
}

/** A request to `/v1/chat/completions`. @throws ApiFailure */
export function readChatRequest(body: unknown): ChatWanted {
  const { messages, logprobs, top_logprobs, ...request } = check(chatRequest, body)
  if (top_logprobs !== undefined && !logprobs) {
    throw invalid('top_logprobs', 'top_logprobs needs logprobs to be true.')
  }
  return {
    ...wanted(
      request,
      request.max_completion_tokens ?? request.max_tokens,
      logprobs ? (top_logprobs ?? 0) : undefined,
    ),
    messages: readMessages(messages),
    format: request.response_format,
    calling: readTools(request),
  }
}

/** Tokens of a completion when none are asked for, as OpenAI has it. */
const completionTokens = 16

/** A request to `/v1/completions`. @throws ApiFailure */
export function readCompletionRequest(body: unknown): Wanted & { prompt: string } {
  const { prompt, logprobs, ...request } = check(completionRequest, body)
  return {
    ...wanted(request, request.max_tokens ?? completionTokens, logprobs),
    prompt: [prompt].flat().join(''),
  }
}

/** llama.cpp's own defaults, which suit small models better than plain sampling does. */
const defaults = { temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05 }

function wanted(
  request: z.infer<z.ZodObject<typeof shared>>,
  maxTokens: number | undefined,
  logprobs: number | undefined,
): Wanted {
  if (request.stream_options && !request.stream) {
    throw invalid('stream_options', 'stream_options needs stream to be true.')
  }
  return {
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    maxTokens,
    stops: [request.stop ?? []].flat(),
    answers: request.n ?? 1,
    sampling: {
      temperature: request.temperature ?? defaults.temperature,
      topP: request.top_p ?? defaults.topP,
      topK: Math.max(request.top_k ?? defaults.topK, 0),
      minP: request.min_p ?? defaults.minP,
      // Any whole number is a seed; the engine takes 32 bits of it.
      seed: (request.seed ?? Math.random() * 2 ** 32) >>> 0,
      frequencyPenalty: request.frequency_penalty ?? 0,
      presencePenalty: request.presence_penalty ?? 0,
      bias: Object.entries(request.logit_bias ?? {}).map(([token, bias]) => [Number(token), bias]),
      ...(logprobs !== undefined && { logprobs }),
    },
  }
}
