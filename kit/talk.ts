import { createParser } from 'eventsource-parser'

/** Asks a server for a few words, and waits for all of them. */
export async function chat(url: string, token: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'A fox' }], max_tokens: 5 }),
  })
  return { status: response.status, body: await response.text() }
}

/**
 * How a streamed chat ended: `whole` with a finish reason and `[DONE]`; `told` by an event with an error; `refused` by a
 * status; `cut` by a connection that broke; `silent` when it ended in order, although the answer is not whole.
 */
export type Ending = 'whole' | 'told' | 'refused' | 'cut' | 'silent'

export interface Talk {
  startedAt: number
  endedAt: number | undefined
  /** Pieces of text so far. */
  pieces: number
  ending: Ending | undefined
  /** Of a refusal. */
  status?: number
  retryAfter?: string | null
  /** OpenAI's error, of a refusal or of an event; text where it was none. */
  error?: unknown
}

/** Asks a server for a story, streamed. The talk is what is known so far; `over` resolves with its end. */
export function talk(url: string, token: string, body: object = {}): Talk & { over: Promise<Talk> } {
  const told: Talk = { startedAt: performance.now(), endedAt: undefined, pieces: 0, ending: undefined }
  const over = listen(told, url, token, body).then((ending) =>
    Object.assign(told, { ending, endedAt: performance.now() }),
  )
  return Object.assign(told, { over })
}

async function listen(told: Talk, url: string, token: string, body: object): Promise<Ending> {
  let isFinished = false
  let isDone = false
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') {
        isDone = true
        return
      }
      const { error, choices } = JSON.parse(data)
      if (error) told.error = error
      if (choices?.[0]?.delta?.content) told.pieces += 1
      if (choices?.[0]?.finish_reason) isFinished = true
    },
  })
  try {
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        model: 'any',
        messages: [{ role: 'user', content: 'Tell me a story about a fox' }],
        stream: true,
        ...body,
      }),
    })
    if (!response.ok) {
      const text = await response.text()
      const error = text.startsWith('{') ? JSON.parse(text).error : text
      Object.assign(told, { status: response.status, retryAfter: response.headers.get('retry-after'), error })
      return 'refused'
    }
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
  } catch {
    return 'cut'
  }
  if (told.error) return 'told'
  return isFinished && isDone ? 'whole' : 'silent'
}

export interface Talker {
  /** In the order in which they began; the last ones may still go on. */
  talks: Talk[]
  /** Ends after the talks that go on now. */
  stop(): Promise<Talk[]>
}

/** Talks to a server without a pause, in so many conversations at once. */
export function keepTalking(url: string, token: string, width: number): Talker {
  const talks: Talk[] = []
  let stopping = false
  async function converse(): Promise<void> {
    while (!stopping) {
      const next = talk(url, token)
      talks.push(next)
      const { ending } = await next.over
      // A refusal or a cut comes at once: asking again without a breath would only heat the machine.
      if (ending !== 'whole') await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const all = Promise.all(Array.from({ length: width }, converse))
  return {
    talks,
    async stop() {
      stopping = true
      await all
      return talks
    },
  }
}
