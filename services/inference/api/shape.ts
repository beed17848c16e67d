import type { Finish } from '../engine/generate.ts'

/** What an answer looks like, whole and in pieces. */
export interface Shape {
  whole(text: string, finish: Finish): object
  /** What a stream begins with. */
  first(): object | undefined
  piece(text: string): object
  last(finish: Finish): object
  /** What a stream ends with when its tokens are to be counted. */
  usage(finish: Finish): object
}

export function usageOf({ promptTokens, completionTokens, cachedTokens }: Finish) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  }
}

interface Naming {
  /** The model's name, as the answer gives it. */
  model: string
  includeUsage: boolean
  created?: number
  id?: string
}

const seconds = () => Math.floor(Date.now() / 1000)
const newId = () => crypto.randomUUID().replaceAll('-', '')

/** `chat.completion`, and `chat.completion.chunk` in a stream. */
export function chatShape({
  model,
  includeUsage,
  created = seconds(),
  id = `chatcmpl-${newId()}`,
}: Naming): Shape {
  const chunk = (choices: object[], usage: object | null = null) => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices,
    ...(includeUsage && { usage }),
  })
  const choice = (delta: object, finish_reason: string | null = null) => [
    { index: 0, delta, logprobs: null, finish_reason },
  ]
  return {
    whole: (text, finish) => ({
      id,
      object: 'chat.completion',
      created,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null },
          logprobs: null,
          finish_reason: finish.reason,
        },
      ],
      usage: usageOf(finish),
    }),
    first: () => chunk(choice({ role: 'assistant', content: '' })),
    piece: (text) => chunk(choice({ content: text })),
    last: (finish) => chunk(choice({}, finish.reason)),
    usage: (finish) => chunk([], usageOf(finish)),
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
  const choice = (text: string, finish_reason: string | null) => [
    { index: 0, text, logprobs: null, finish_reason },
  ]
  const none = includeUsage ? null : undefined
  return {
    whole: (text, finish) => completion(choice(text, finish.reason), usageOf(finish)),
    first: () => undefined,
    piece: (text) => completion(choice(text, null), none),
    last: (finish) => completion(choice('', finish.reason), none),
    usage: (finish) => completion([], usageOf(finish)),
  }
}
