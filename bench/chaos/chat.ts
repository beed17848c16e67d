import type { Caller } from './requests.ts'

/** How a streamed answer ended: `cut` is a connection that broke, or an error that was told in the stream. */
export type Ending = { kind: 'whole'; text: string } | { kind: 'refused' | 'cut'; why: string }

const wholeWithinMs = 30_000

/**
 * Asks for a short story as a stream.
 * @throws when the answer ends as if it were whole, without the mark that OpenAI's API ends a stream with
 */
export async function streamChat({ token }: Caller, url: string): Promise<Ending> {
  const signal = AbortSignal.timeout(wholeWithinMs)
  let text = ''
  try {
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'any',
        messages: [{ role: 'user', content: 'Tell me a story about a fox' }],
        max_tokens: 256,
        stream: true,
      }),
      signal,
    })
    if (!response.ok) return { kind: 'refused', why: `${response.status} ${await response.text()}` }
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece
  } catch (error) {
    return { kind: 'cut', why: String(error) }
  }
  if (text.includes('data: [DONE]')) return { kind: 'whole', text }
  if (text.includes('"error"')) return { kind: 'cut', why: text.slice(-300) }
  throw new Error(`A stream of ${url} ended early as if it were whole: ${text.slice(-200)}`)
}
