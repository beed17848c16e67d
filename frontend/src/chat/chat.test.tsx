import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test } from 'vitest'
import type { Session } from '../session/session.ts'
import { SessionContext } from '../session/session-context.ts'
import { Chat } from './chat.tsx'

afterEach(cleanup)

const server = { url: 'http://berth.test/6f1c1b2e/v1', modelName: 'storyteller', readyReplicas: 1 }

function show(fetch: typeof globalThis.fetch, readyReplicas = 1) {
  const session: Session = {
    isSignedIn: () => true,
    whyEnded: () => undefined,
    signIn: async () => undefined,
    signOut: async () => undefined,
    accessToken: async () => 'token',
    fetch,
    onChange: () => () => undefined,
  }
  return render(
    <SessionContext value={session}>
      <Chat server={{ ...server, readyReplicas }} />
    </SessionContext>,
  )
}

const answering = (text: string): typeof fetch => {
  const chunk = `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`
  return async () => new Response(`${chunk}data: [DONE]\n\n`)
}

test('what is asked and what is answered stand one after the other', async () => {
  const asked: unknown[] = []
  show(async (input, init) => {
    asked.push(input, JSON.parse(String(init?.body)))
    return answering('Once upon a time.')(input, init)
  })
  await userEvent.type(screen.getByLabelText('Message'), 'A story{Enter}')
  expect(await screen.findByText('Once upon a time.')).toBeTruthy()
  expect(asked).toEqual([
    '/6f1c1b2e/v1/chat/completions',
    { model: 'storyteller', stream: true, messages: [{ role: 'user', content: 'A story' }] },
  ])
  await userEvent.click(screen.getByRole('button', { name: 'New chat' }))
  expect(screen.queryByText('Once upon a time.')).toBeNull()
})

test('a server that is not ready is not asked', async () => {
  show(answering('never'), 0)
  await userEvent.type(screen.getByPlaceholderText('The server is not ready yet'), 'Hello{Enter}')
  expect(screen.getByRole('button', { name: 'Send' }).hasAttribute('disabled')).toBe(true)
  expect(screen.queryByText('never')).toBeNull()
})

test("a refusal is shown in the endpoint's own words", async () => {
  const body = JSON.stringify({ error: { message: 'The queue is full; try again in 2 s.' } })
  show(async () => new Response(body, { status: 429 }))
  await userEvent.type(screen.getByLabelText('Message'), 'Hello{Enter}')
  expect((await screen.findByRole('alert')).textContent).toBe('The queue is full; try again in 2 s.')
})

test('what went wrong can be asked again, in the same place', async () => {
  let tries = 0
  show(async (input, init) => {
    tries += 1
    if (tries === 1) throw new TypeError('Failed to fetch')
    return answering('Once upon a time.')(input, init)
  })
  await userEvent.type(screen.getByLabelText('Message'), 'A story{Enter}')
  expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be reached/)
  await userEvent.click(screen.getByRole('button', { name: 'Ask again' }))
  expect(await screen.findByText('Once upon a time.')).toBeTruthy()
  expect(screen.getAllByText('A story')).toHaveLength(1)
  expect(screen.queryByRole('alert')).toBeNull()
})

test('stopping before the first word leaves no empty answer, and the focus where one goes on', async () => {
  show(
    (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')))
      }),
  )
  await userEvent.type(screen.getByLabelText('Message'), 'Hello{Enter}')
  await userEvent.click(screen.getByRole('button', { name: 'Stop' }))
  await screen.findByRole('button', { name: 'Send' })
  expect(screen.getByRole('log').textContent).toBe('Hello')
  expect(document.activeElement).toBe(screen.getByLabelText('Message'))
})
