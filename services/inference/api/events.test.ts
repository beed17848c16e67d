import { createServer, get, type ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { eventOf, openEvents } from './events.ts'
import { chatShape, completionShape } from './shape.ts'

test('an event is one line of JSON, whatever the text', () => {
  expect(eventOf({ text: 'a\nb\r\n🦊' })).toBe('data: {"text":"a\\nb\\r\\n🦊"}\n\n')
  expect(eventOf('[DONE]')).toBe('data: [DONE]\n\n')
})

const finish = { reason: 'stop', promptTokens: 5, cachedTokens: 2, completionTokens: 3 } as const
const usage = {
  prompt_tokens: 5,
  completion_tokens: 3,
  total_tokens: 8,
  prompt_tokens_details: { cached_tokens: 2 },
}
const naming = { model: 'storyteller', created: 1_700_000_000, id: 'an-id', includeUsage: true }

test('a chat, whole and in pieces', () => {
  const shape = chatShape(naming)
  expect(shape.whole('Once', finish)).toEqual({
    id: 'an-id',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'storyteller',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Once', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
  })
  expect(shape.first()).toMatchObject({
    object: 'chat.completion.chunk',
    choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }],
    usage: null,
  })
  expect(shape.piece('Once')).toMatchObject({
    choices: [{ delta: { content: 'Once' }, finish_reason: null }],
  })
  expect(shape.last(finish)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: null })
  expect(shape.usage(finish)).toMatchObject({ choices: [], usage })
  expect(chatShape({ ...naming, includeUsage: false }).piece('x')).not.toHaveProperty('usage')
})

test('a completion, whole and in pieces', () => {
  const shape = completionShape(naming)
  expect(shape.whole('Once', finish)).toMatchObject({
    object: 'text_completion',
    choices: [{ index: 0, text: 'Once', finish_reason: 'stop' }],
    usage,
  })
  expect(shape.first()).toBeUndefined()
  expect(shape.piece('Once')).toMatchObject({ choices: [{ text: 'Once', finish_reason: null }], usage: null })
  expect(shape.last(finish)).toMatchObject({ choices: [{ text: '', finish_reason: 'stop' }] })
  expect(completionShape({ ...naming, includeUsage: false }).piece('x')).not.toHaveProperty('usage')
})

let close = () => {}
afterEach(() => close())

/** A response whose client reads nothing. */
async function unread(): Promise<ServerResponse> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const client = get({ port, host: '127.0.0.1' }, (response) => response.pause())
  client.on('error', () => undefined)
  close = () => {
    client.destroy()
    server.close()
  }
  return new Promise((resolve) => server.once('request', (_request, response) => resolve(response)))
}

const large = { text: 'x'.repeat(1_000_000) }

async function sendUntilRefused(stream: ReturnType<typeof openEvents>): Promise<void> {
  for (let sent = 0; sent < 200; sent += 1) await stream.send(large)
}

test('a client that stops reading is waited for, and then left', async () => {
  const stream = openEvents(await unread(), {}, new AbortController().signal, 200)
  await expect(sendUntilRefused(stream)).rejects.toMatchObject({ code: 'client_too_slow' })
})

test('leaving ends the wait', async () => {
  const leaving = new AbortController()
  const stream = openEvents(await unread(), {}, leaving.signal)
  setTimeout(() => leaving.abort(new Error('gone')), 100)
  await expect(sendUntilRefused(stream)).rejects.toThrow('gone')
})
