import OpenAI from 'openai'

/** One streamed answer; moments are ms of `performance.now()`. */
export interface Answer {
  askedAt: number
  firstTokenAt: number
  endedAt: number
  /** As the server counts them. */
  tokens: number
  text: string
}

export interface Message {
  role: 'user' | 'assistant'
  content: string
}

/** How tokens are chosen, in the names that OpenAI's API and llama-server share. */
export interface Sampling {
  temperature: number
  top_k?: number
  top_p?: number
  min_p?: number
  seed?: number
}

export interface Question {
  messages: Message[]
  maxTokens: number
  sampling: Sampling
}

export interface ChatOptions {
  /** An OpenAI base URL: the gateway's for a server, or a pod's own. */
  baseURL: string
  token: string
  model: string
}

/** The answer ended before it had any text, as one of random weights does now and then. */
export class WordlessAnswer extends Error {
  override name = 'WordlessAnswer'
}

/** @throws WordlessAnswer */
export type Chat = (question: Question, onFirstToken?: () => void) => Promise<Answer>

/** The same story every time. */
export const story = (maxTokens: number): Question => ({
  messages: [{ role: 'user', content: 'Tell me a story about a fox' }],
  maxTokens,
  sampling: { temperature: 0 },
})

export function createChat({ baseURL, token, model }: ChatOptions): Chat {
  const client = new OpenAI({ baseURL, apiKey: token, maxRetries: 0 })
  return async ({ messages, maxTokens, sampling }, onFirstToken) => {
    const askedAt = performance.now()
    const stream = await client.chat.completions.create({
      ...sampling,
      model,
      messages,
      max_tokens: maxTokens,
      stream: true,
      stream_options: { include_usage: true },
    })
    let firstTokenAt: number | undefined
    let tokens = 0
    let text = ''
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? ''
      if (text !== '' && firstTokenAt === undefined) {
        firstTokenAt = performance.now()
        onFirstToken?.()
      }
      tokens = usage?.completion_tokens ?? tokens
    }
    if (firstTokenAt === undefined) throw new WordlessAnswer(`${baseURL} answered without a word.`)
    return { askedAt, firstTokenAt, endedAt: performance.now(), tokens, text }
  }
}

/** Whether the server was not reachable yet, as opposed to refusing. */
export const isNotReady = (error: unknown) =>
  error instanceof OpenAI.APIError && (error.status === 502 || error.status === 503)
