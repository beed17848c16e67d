import { z } from 'zod'
import type { Sampling } from '../engine/engine.ts'
import type { Message } from '../engine/prompt.ts'
import { ApiFailure } from './failure.ts'

/** What both endpoints take, in our words. */
export interface Wanted {
  stream: boolean
  /** Whether a stream ends with the count of tokens. */
  includeUsage: boolean
  /** Undefined: as many as the context has room for. */
  maxTokens: number | undefined
  stops: readonly string[]
  sampling: Sampling
}

/** OpenAI's clients send null for what is left out. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)
const between = (least: number, most: number) => z.number().min(least).max(most)
const tokens = () => z.int().min(1).max(10_000_000)
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
}

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() })
const content = z.union([
  z.array(textPart, 'must be a string or a list of text parts').min(1).max(256),
  z.string(),
])
const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content,
  name: optional(z.string().max(256)),
  // What an answer carries that a client sends back as it came.
  refusal: z.null().optional(),
  audio: z.null().optional(),
  annotations: optional(z.array(z.unknown()).max(0)),
  tool_calls: optional(z.array(z.unknown()).max(0)),
})

const chatRequest = z.strictObject({
  ...shared,
  messages: z.array(message).min(1).max(4_096),
  max_completion_tokens: optional(tokens()),
})
const completionRequest = z.strictObject({
  ...shared,
  prompt: z.union([z.array(z.string(), 'must be a string').length(1, 'must be one string'), z.string()]),
})

/** Parameters that change nothing of the answer: who asks, and where it is kept. */
const harmless = new Set([
  'user',
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
])

/** Parameters that this engine does not have, in the one form in which they ask for nothing. */
const asksForNothing: Record<string, (value: unknown) => boolean> = {
  n: (value) => value === 1,
  best_of: (value) => value === 1,
  logprobs: (value) => value === false,
  echo: (value) => value === false,
  suffix: (value) => value === '',
  tools: (value) => Array.isArray(value) && value.length === 0,
  functions: (value) => Array.isArray(value) && value.length === 0,
  tool_choice: (value) => value === 'none' || value === 'auto',
  parallel_tool_calls: (value) => typeof value === 'boolean',
  logit_bias: (value) => isObject(value) && Object.keys(value).length === 0,
  response_format: (value) => isObject(value) && value.type === 'text',
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === 'text'),
}

/** A request to `/v1/chat/completions`. @throws ApiFailure */
export function readChatRequest(body: unknown): Wanted & { messages: Message[] } {
  const { messages, ...request } = check(chatRequest, body)
  return {
    ...wanted(request, request.max_completion_tokens ?? request.max_tokens),
    messages: messages.map(({ role, content: said }) => ({
      role: role === 'developer' ? 'system' : role,
      content: typeof said === 'string' ? said : said.map(({ text }) => text).join(''),
    })),
  }
}

/** Tokens of a completion when none are asked for, as OpenAI has it. */
const completionTokens = 16

/** A request to `/v1/completions`. @throws ApiFailure */
export function readCompletionRequest(body: unknown): Wanted & { prompt: string } {
  const { prompt, ...request } = check(completionRequest, body)
  return { ...wanted(request, request.max_tokens ?? completionTokens), prompt: [prompt].flat().join('') }
}

/** llama.cpp's own defaults, which suit small models better than plain sampling does. */
const defaults = { temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05 }

function wanted(request: z.infer<z.ZodObject<typeof shared>>, maxTokens: number | undefined): Wanted {
  if (request.stream_options && !request.stream) {
    throw invalid('stream_options', 'stream_options needs stream to be true.')
  }
  return {
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    maxTokens,
    stops: [request.stop ?? []].flat(),
    sampling: {
      temperature: request.temperature ?? defaults.temperature,
      topP: request.top_p ?? defaults.topP,
      topK: Math.max(request.top_k ?? defaults.topK, 0),
      minP: request.min_p ?? defaults.minP,
      // Any whole number is a seed; the engine takes 32 bits of it.
      seed: (request.seed ?? Math.random() * 2 ** 32) >>> 0,
      frequencyPenalty: request.frequency_penalty ?? 0,
      presencePenalty: request.presence_penalty ?? 0,
    },
  }
}

function check<Schema extends z.ZodObject>(schema: Schema, body: unknown): z.infer<Schema> {
  if (!isObject(body)) throw new ApiFailure(400, 'invalid_request', 'Send the request as one JSON object.')
  const given: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    if (name in schema.shape) given[name] = value
    else if (value !== null && !harmless.has(name) && !asksForNothing[name]?.(value)) throw unsupported(name)
  }
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw mistake(parsed.error.issues[0], given)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function unsupported(name: string): ApiFailure {
  const param = name.slice(0, 100)
  return new ApiFailure(
    400,
    'unsupported_parameter',
    `The parameter ${param} is not supported here; leave it out.`,
    { param },
  )
}

function invalid(param: string, message: string): ApiFailure {
  return new ApiFailure(400, 'invalid_value', message, { param })
}

/** The first mistake, by the path that OpenAI names it by. Of a union, the member that came furthest tells more. */
function mistake(issue: z.core.$ZodIssue | undefined, given: object): ApiFailure {
  const told = issue && furthest(issue)
  const path = told?.path ?? []
  const param = path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key)}`))
    .join('')
  if (told?.code === 'unrecognized_keys')
    return unsupported(`${param}${param ? '.' : ''}${told.keys[0] ?? ''}`)
  if (path.length === 1 && !(String(path[0]) in given)) {
    return new ApiFailure(400, 'missing_required_parameter', `The parameter ${param} is missing.`, { param })
  }
  return invalid(param, `The parameter ${param} is wrong: ${told?.message ?? 'it is not as documented'}.`)
}

function furthest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors.flatMap((issues) => issues.slice(0, 1)).map(furthest)
  const deepest = inner.sort((a, b) => b.path.length - a.path.length)[0]
  return deepest ? { ...deepest, path: [...issue.path, ...deepest.path] } : issue
}
