import { setTimeout as delay } from 'node:timers/promises'

type Body = Record<string, unknown>
/** Sends a request to a path below /v1. */
export type Ask = (path: string, body: Body, signal?: AbortSignal) => Promise<Response>
/** @throws when it is answered in another way than it should be */
export type Kind = (ask: Ask, seed: number) => Promise<void>

const chat = '/chat/completions'
const more = 400

const story = (seed: number): Body => ({
  messages: [{ role: 'user', content: `Tell me a story about fox number ${seed}` }],
  max_tokens: 8 + (seed % 25),
  temperature: (seed % 3) / 2,
  seed,
})

const everySampler = (seed: number): Body => ({
  top_k: 20 + (seed % 5),
  top_p: 0.9,
  min_p: 0.02,
  frequency_penalty: 0.3,
  presence_penalty: 0.1,
  logit_bias: { [String(10 + (seed % 90))]: -5 },
  stop: ['The end'],
})

/** Another grammar for each request. */
const animal = (seed: number): Body => ({
  type: 'json_schema',
  json_schema: {
    name: 'animal',
    schema: {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 8 }, [`legs${seed}`]: { type: 'integer' } },
      required: ['name', `legs${seed}`],
      additionalProperties: false,
    },
  },
})

const tool: Body = {
  tools: [
    {
      type: 'function',
      function: {
        name: 'look_up',
        parameters: {
          type: 'object',
          properties: { what: { type: 'string', maxLength: 8 } },
          required: ['what'],
        },
      },
    },
  ],
  tool_choice: 'required',
}

async function expectStatus(status: number, asked: Promise<Response>): Promise<void> {
  const response = await asked
  const text = await response.text()
  if (response.status === status) return
  throw new Error(`The pod answered ${response.status} in place of ${status}: ${text.slice(0, 300)}`)
}

/** What people send, and how they leave. */
export const kinds: Record<string, Kind> = {
  whole: (ask, seed) => expectStatus(200, ask(chat, story(seed))),
  streamed: (ask, seed) => expectStatus(200, ask(chat, { ...story(seed), stream: true })),
  completion: (ask, seed) =>
    expectStatus(200, ask('/completions', { prompt: `Once ${seed}`, max_tokens: 12 })),
  sampled: (ask, seed) => expectStatus(200, ask(chat, { ...story(seed), ...everySampler(seed) })),
  weighed: (ask, seed) => {
    const weighed = { ...story(seed), logprobs: true, top_logprobs: 5, stream: seed % 2 === 0 }
    return expectStatus(200, ask(chat, weighed))
  },
  several: (ask, seed) => expectStatus(200, ask(chat, { ...story(seed), n: 3 })),
  json: (ask, seed) => expectStatus(200, ask(chat, { ...story(seed), response_format: animal(seed) })),
  tool: (ask, seed) =>
    expectStatus(200, ask(chat, { ...story(seed), ...tool, stream: seed % 2 === 0, max_tokens: 24 })),
  async left(ask, seed) {
    const leaving = new AbortController()
    const { body } = await ask(chat, { ...story(seed), max_tokens: more, stream: true }, leaving.signal)
    await body?.getReader().read()
    leaving.abort()
  },
  async 'left early'(ask, seed) {
    const leaving = new AbortController()
    const answered = ask(chat, { ...story(seed), max_tokens: more }, leaving.signal).then(
      (response) => response.body?.cancel(),
      (error: unknown) => {
        if (!leaving.signal.aborted) throw error
      },
    )
    await delay(seed % 20)
    leaving.abort()
    await answered
  },
  refused: (ask) => expectStatus(400, ask(chat, { messages: [], temperature: 9 })),
  'too long': (ask) => expectStatus(400, ask('/completions', { prompt: 'word '.repeat(5_000) })),
}
