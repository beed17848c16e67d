import { createServer, get, type ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { eventOf, openEvents } from './events.ts'

test('an event is one line of JSON, whatever the text', () => {
  expect(eventOf({ text: 'a\nb\r\n🦊' })).toBe('data: {"text":"a\\nb\\r\\n🦊"}\n\n')
  expect(eventOf('[DONE]')).toBe('data: [DONE]\n\n')
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
