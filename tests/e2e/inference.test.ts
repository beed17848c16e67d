import { until } from '@berth/kit/condition'
import { newPerson, type Person } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import OpenAI from 'openai'
import { beforeAll, expect, inject, test } from 'vitest'

const berth = inject('berth')
let ann: Person
let server: { id: string; url: string }
let client: OpenAI

const fox = [{ role: 'user' as const, content: 'Tell me a story about a fox' }]

beforeAll(async () => {
  ann = await newPerson(berth, 'ann')
  server = await deploy(berth, ann.token, { name: 'teller', model: 'storyteller', runtime: { parallel: 2 } })
  await untilStatus(berth, ann.token, server.id, 'READY')
  client = new OpenAI({ baseURL: server.url, apiKey: ann.token, maxRetries: 0 })
})

test('tells a story about what one names', async () => {
  const { choices, usage, model } = await client.chat.completions.create({
    model: 'storyteller',
    messages: fox,
    temperature: 0,
  })
  expect(choices[0]?.message.content).toMatch(/fox/i)
  expect(choices[0]?.finish_reason).toBe('stop')
  expect(model).toBe('storyteller')
  expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0))
  expect(usage?.completion_tokens).toBeGreaterThan(20)
})

test('streams the same story piece by piece, and counts it', async () => {
  const whole = await client.chat.completions.create({ model: 'storyteller', messages: fox, temperature: 0 })
  const stream = await client.chat.completions.create({
    model: 'storyteller',
    messages: fox,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  let pieces = 0
  let completionTokens: number | undefined
  for await (const { choices, usage } of stream) {
    const piece = choices[0]?.delta.content
    if (piece) pieces += 1
    text += piece ?? ''
    completionTokens = usage?.completion_tokens ?? completionTokens
  }
  expect(text).toBe(whole.choices[0]?.message.content)
  expect(pieces).toBeGreaterThan(10)
  expect(completionTokens).toBe(whole.usage?.completion_tokens)
})

test('completes a text, stops at a stop word, and at the limit', async () => {
  const limited = await client.completions.create({
    model: 'storyteller',
    prompt: 'Once upon a time',
    max_tokens: 5,
  })
  expect(limited.choices[0]?.finish_reason).toBe('length')
  expect(limited.usage?.completion_tokens).toBe(5)
  const stopped = await client.chat.completions.create({
    model: 'storyteller',
    messages: fox,
    temperature: 0,
    stop: ['.'],
  })
  expect(stopped.choices[0]?.message.content).not.toContain('.')
  expect(stopped.choices[0]?.finish_reason).toBe('stop')
})

test('lists its model, there and by name', async () => {
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['storyteller'])
  const all = new OpenAI({ baseURL: `${berth}/v1`, apiKey: ann.token })
  expect((await all.models.list()).data.map(({ id }) => id)).toContain('storyteller')
})

test('the server is chosen by the name of the model', async () => {
  const all = new OpenAI({ baseURL: `${berth}/v1`, apiKey: ann.token, maxRetries: 0 })
  const { choices } = await all.chat.completions.create({
    model: 'storyteller',
    messages: fox,
    max_tokens: 8,
  })
  expect(choices[0]?.message.content).not.toBe('')
  await expect(all.chat.completions.create({ model: 'nobody', messages: fox })).rejects.toMatchObject({
    status: 404,
  })
})

test('answers several at once', async () => {
  const subjects = ['fox', 'whale', 'robot', 'dragon']
  const stories = await Promise.all(
    subjects.map((subject) =>
      client.chat.completions.create({
        model: 'storyteller',
        temperature: 0,
        messages: [{ role: 'user', content: `Tell me a story about a ${subject}` }],
      }),
    ),
  )
  for (const [index, subject] of subjects.entries()) {
    expect(stories[index]?.choices[0]?.message.content?.toLowerCase()).toContain(subject)
  }
})

test('whoever leaves frees the slot for the next', async () => {
  for (let round = 0; round < 6; round += 1) {
    const controller = new AbortController()
    const stream = await client.chat.completions.create(
      { model: 'storyteller', messages: fox, stream: true, max_tokens: 400, temperature: 1.5 },
      { signal: controller.signal },
    )
    for await (const _piece of stream) break
    controller.abort()
  }
  // There are two slots: if one had stayed taken by those who left, this would wait for it in vain.
  const answers = await until('two answer at once', () =>
    Promise.all(
      [1, 2].map(() =>
        client.chat.completions.create({ model: 'storyteller', messages: fox, max_tokens: 4 }),
      ),
    ),
  )
  expect(answers).toHaveLength(2)
})

async function post(path: string, body: unknown, token?: string) {
  const response = await fetch(`${berth}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as { error?: Record<string, unknown> } }
}

test('errors have the shape that OpenAI clients know', async () => {
  const chat = `/${server.id}/v1/chat/completions`
  const openAiError = { message: expect.any(String), type: expect.any(String) }
  expect(await post(chat, { messages: fox })).toMatchObject({ status: 401, body: { error: openAiError } })
  expect(await post(chat, { messages: fox }, 'forged.token.here')).toMatchObject({ status: 401 })
  const bob = await newPerson(berth, 'bob')
  const foreign = await post(chat, { model: 'storyteller', messages: fox }, bob.token)
  const unknown = await post(`/${crypto.randomUUID()}/v1/chat/completions`, { messages: fox }, bob.token)
  expect(foreign).toMatchObject({ status: 404, body: { error: openAiError } })
  expect(unknown.status).toBe(404)
  expect(await post(chat, '{', ann.token)).toMatchObject({ status: 400, body: { error: openAiError } })
  expect(await post(chat, { model: 'storyteller', messages: 'fox' }, ann.token)).toMatchObject({
    status: 400,
    body: { error: openAiError },
  })
  const audio = await post(chat, { model: 'storyteller', messages: fox, audio: {} }, ann.token)
  expect(audio).toMatchObject({ status: 400, body: { error: { param: 'audio' } } })
})

test('a prompt longer than the context is refused with the numbers', async () => {
  const long = [{ role: 'user' as const, content: 'fox '.repeat(5_000) }]
  await expect(
    client.chat.completions.create({ model: 'storyteller', messages: long }),
  ).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
  })
})
