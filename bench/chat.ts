import OpenAI from 'openai'

/** One streamed answer; moments are ms of `performance.now()`. */
export interface Answer {
  askedAt: number
  firstTokenAt: number
  endedAt: number
  /** As the server counts them. */
  tokens: number
}

export interface ChatOptions {
  /** An OpenAI base URL: the gateway's for a server, or a pod's own. */
  baseURL: string
  token: string
  model: string
  maxTokens: number
}

export type Chat = (onFirstToken?: () => void) => Promise<Answer>

/** Asks for the same story every time, with temperature 0. @throws when the answer has no text */
export function createChat({ baseURL, token, model, maxTokens }: ChatOptions): Chat {
  const client = new OpenAI({ baseURL, apiKey: token, maxRetries: 0 })
  return async (onFirstToken) => {
    const askedAt = performance.now()
    const stream = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Tell me a story about a fox' }],
      temperature: 0,
      max_tokens: maxTokens,
      stream: true,
      stream_options: { include_usage: true },
    })
    let firstTokenAt: number | undefined
    let tokens = 0
    for await (const { choices, usage } of stream) {
      if (choices[0]?.delta.content && firstTokenAt === undefined) {
        firstTokenAt = performance.now()
        onFirstToken?.()
      }
      tokens = usage?.completion_tokens ?? tokens
    }
    if (firstTokenAt === undefined) throw new Error(`${baseURL} answered without a word.`)
    return { askedAt, firstTokenAt, endedAt: performance.now(), tokens }
  }
}

/** Whether the server was not reachable yet, as opposed to refusing. */
export const isNotReady = (error: unknown) =>
  error instanceof OpenAI.APIError && (error.status === 502 || error.status === 503)
