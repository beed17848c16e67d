import { EventSourceParserStream } from 'eventsource-parser/stream'
import { unreachable } from '../graph/failure.ts'

export interface ChatMessage {
  role: 'user' | 'assistant'
  content: string
}

/** The endpoint refused, or broke off. */
export class ChatError extends Error {
  override name = 'ChatError'
}

/**
 * Asks an OpenAI-compatible endpoint for the next message, and gives its text piece by piece.
 * @throws ChatError with the endpoint's own words
 */
export async function* streamChat(
  send: typeof fetch,
  request: { path: string; model: string; messages: ChatMessage[]; signal: AbortSignal },
): AsyncGenerator<string> {
  const { path, model, messages, signal } = request
  const response = await send(`${path}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true }),
    signal,
  }).catch((error: unknown) => {
    // What `fetch` itself says of a lost connection is for programmers, and differs from browser to browser.
    throw error instanceof TypeError ? new ChatError(unreachable) : error
  })
  if (!response.ok || !response.body) throw new ChatError(await refusalOf(response))
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  const reader = events.getReader()
  const read = () =>
    reader.read().catch((error: unknown) => {
      throw signal.aborted ? error : new ChatError(brokenOff)
    })
  for (let next = await read(); !next.done; next = await read()) {
    if (next.value.data === '[DONE]') return
    const chunk = JSON.parse(next.value.data)
    if (chunk.error) throw new ChatError(chunk.error.message)
    const text = chunk.choices?.[0]?.delta?.content
    if (text) yield text
  }
  throw new ChatError(brokenOff)
}

const brokenOff = 'The answer broke off before its end.'

async function refusalOf(response: Response): Promise<string> {
  const body = await response.json().catch(() => undefined)
  return body?.error?.message ?? `The endpoint answered ${response.status}.`
}
