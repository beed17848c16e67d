import { expect, test } from 'vitest'
import { streamChat } from './stream.ts'

const encoder = new TextEncoder()

/** Answers with the given pieces, cut wherever the test cuts them. */
function answering(pieces: string[], status = 200): typeof fetch {
  return async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(encoder.encode(piece))
          controller.close()
        },
      }),
      { status },
    )
}

async function collect(send: typeof fetch): Promise<string[]> {
  const found: string[] = []
  const request = { path: '/x/v1', model: 'm', messages: [], signal: new AbortController().signal }
  for await (const piece of streamChat(send, request)) found.push(piece)
  return found
}

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`

test('gives the text piece by piece, however the network cuts it', async () => {
  const [a = '', b = ''] = [chunk('Once ').slice(0, 9), chunk('Once ').slice(9)]
  expect(await collect(answering([a, b + chunk('upon'), 'data: [DONE]\n\n']))).toEqual(['Once ', 'upon'])
})

test("a refusal has the endpoint's own words", async () => {
  const body = JSON.stringify({ error: { message: 'The server is stopped.' } })
  await expect(collect(answering([body], 503))).rejects.toThrow('The server is stopped.')
})

test('an answer that breaks off is no answer', async () => {
  await expect(collect(answering([chunk('Once')]))).rejects.toThrow('broke off')
})

test('a lost connection is told in words, before an answer and amid it', async () => {
  await expect(collect(async () => Promise.reject(new TypeError('Failed to fetch')))).rejects.toThrow(
    'Berth cannot be reached',
  )
  const breaking: typeof fetch = async () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(encoder.encode(chunk('Once'))),
        pull: (controller) => controller.error(new TypeError('network error')),
      }),
    )
  await expect(collect(breaking)).rejects.toThrow('broke off')
})

test('an error in the stream is told', async () => {
  const error = `data: ${JSON.stringify({ error: { message: 'The pod went away.' } })}\n\n`
  await expect(collect(answering([error]))).rejects.toThrow('The pod went away.')
})
