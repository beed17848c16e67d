import { EventSourceParserStream } from 'eventsource-parser/stream'

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
  })
  if (!response.ok || !response.body) throw new ChatError(await refusalOf(response))
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  const reader = events.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (next.value.data === '[DONE]') return
    const chunk = JSON.parse(next.value.data)
    if (chunk.error) throw new ChatError(chunk.error.message)
    const text = chunk.choices?.[0]?.delta?.content
    if (text) yield text
  }
  throw new ChatError('The answer broke off before its end.')
}

async function refusalOf(response: Response): Promise<string> {
  const body = await response.json().catch(() => undefined)
  return body?.error?.message ?? `The endpoint answered ${response.status}.`
}
