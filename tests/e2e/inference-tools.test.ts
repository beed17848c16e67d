import { registerModel } from '@berth/kit/models'
import { newPerson } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import { startUpstream, type Upstream } from '@berth/kit/upstream'
import OpenAI from 'openai'
import { zodFunction } from 'openai/helpers/zod'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { callingModel } from '../fixtures/calling-model.ts'

const berth = inject('berth')
let source: Upstream
let token: string
/** A model that calls when it must, and one that calls by itself, after a few words. */
let client: OpenAI
let calling: OpenAI

const messages = [{ role: 'user' as const, content: 'Tell me a story about a fox' }]
const Place = z.object({ city: z.enum(['Rome', 'Oslo', 'Lima']), days: z.int().min(1).max(7) })
const weather = zodFunction({
  name: 'weather',
  description: 'The weather of the next days',
  parameters: Place,
})
const Hour = z.object({ hour: z.int().min(0).max(23) })
const alarm = zodFunction({ name: 'alarm', parameters: Hour })
const tools = [weather, alarm]
const schemas: Record<string, z.ZodType> = { weather: Place, alarm: Hour }

async function serve(name: string, model: string): Promise<OpenAI> {
  const { id, url } = await deploy(berth, token, { name, model, runtime: { parallel: 2, contextSize: 1024 } })
  await untilStatus(berth, token, id, 'READY')
  return new OpenAI({ baseURL: url, apiKey: token, maxRetries: 0 })
}

beforeAll(async () => {
  token = (await newPerson(berth, 'tools')).token
  source = await startUpstream({ bytesPerSecond: 200_000_000 })
  await registerModel(berth, token, {
    name: 'caller',
    tag: 'v1',
    source: { uri: source.offer('caller', callingModel()) },
  })
  client = await serve('tools', 'storyteller')
  calling = await serve('calling', 'caller')
})
afterAll(() => source?.close())

type Call = OpenAI.Chat.Completions.ChatCompletionMessageToolCall

function expectCalls(calls: readonly Call[] = [], names = ['weather', 'alarm']): void {
  expect(calls.length).toBeGreaterThan(0)
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
  for (const call of calls) {
    if (call.type !== 'function') throw new Error(`The call is of ${call.type}.`)
    expect(names).toContain(call.function.name)
    schemas[call.function.name]?.parse(JSON.parse(call.function.arguments))
  }
}

test('a tool that must be called is, with arguments that are valid, at any temperature', async () => {
  for (const [seed, temperature] of [0, 0.8, 1.5, 2].entries()) {
    const { choices } = await client.chat.completions.create({
      model: 'storyteller',
      messages,
      tools,
      tool_choice: 'required',
      parallel_tool_calls: false,
      seed,
      temperature,
      n: 2,
    })
    for (const { finish_reason, message } of choices) {
      expect(finish_reason).toBe('tool_calls')
      expect(message.content).toBeNull()
      expect(message.tool_calls).toHaveLength(1)
      expectCalls(message.tool_calls)
    }
  }
})

test('one that is named is called once', async () => {
  const { choices } = await client.chat.completions.create({
    model: 'storyteller',
    messages,
    tools,
    tool_choice: { type: 'function', function: { name: 'alarm' } },
    temperature: 1.5,
  })
  expect(choices[0]?.message.tool_calls).toHaveLength(1)
  expectCalls(choices[0]?.message.tool_calls, ['alarm'])
})

test('a call is streamed: its id and name first, then its arguments as they come', async () => {
  const asked = {
    model: 'storyteller',
    messages,
    tools,
    tool_choice: 'required' as const,
    seed: 3,
    temperature: 1.5,
  }
  const stream = await client.chat.completions.create({ ...asked, stream: true })
  const chunks = await Array.fromAsync(stream)
  const deltas = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])
  const [first, ...rest] = deltas.filter(({ index }) => index === 0)
  expect(first).toEqual({
    index: 0,
    id: expect.stringMatching(/^call_\w{24}$/),
    type: 'function',
    function: { name: expect.any(String), arguments: '' },
  })
  expect(rest.length).toBeGreaterThan(2)
  for (const delta of rest) expect(delta).toEqual({ index: 0, function: { arguments: expect.any(String) } })
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: null })
  expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' })
  // The client puts the same call together that an answer in one piece has.
  const put = await client.chat.completions.stream(asked).finalChatCompletion()
  const whole = await client.chat.completions.create(asked)
  const named = (calls: readonly Call[] = []) =>
    calls.map((call) => call.type === 'function' && [call.function.name, call.function.arguments])
  expectCalls(whole.choices[0]?.message.tool_calls)
  expect(named(put.choices[0]?.message.tool_calls)).toEqual(named(whole.choices[0]?.message.tool_calls))
})

test('a model that calls by itself is kept to the parameters from there on; the words before are content', async () => {
  for (const [seed, temperature] of [0, 0.5].entries()) {
    const asked = { model: 'caller', messages, tools, parallel_tool_calls: false, seed, temperature }
    const { choices } = await calling.chat.completions.create(asked)
    const [choice] = choices
    expect(choice?.finish_reason).toBe('tool_calls')
    expect(choice?.message.content).toMatch(/fox who$/)
    expectCalls(choice?.message.tool_calls)
    const streamed = await calling.chat.completions.stream(asked).finalChatCompletion()
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls')
    expect(streamed.choices[0]?.message.content).toBe(choice?.message.content)
    expectCalls(streamed.choices[0]?.message.tool_calls)
  }
})

test('several calls in one answer, as many as there is room for', async () => {
  const { choices } = await client.chat.completions.create({
    model: 'storyteller',
    messages,
    tools: [alarm],
    tool_choice: 'required',
    temperature: 0,
  })
  const calls = choices[0]?.message.tool_calls ?? []
  expect(calls.length).toBeGreaterThan(1)
  expect(calls.length).toBeLessThanOrEqual(16)
  expectCalls(choices[0]?.finish_reason === 'length' ? calls.slice(0, -1) : calls)
})

test('without tools, or when none may be called, the same text is text', async () => {
  const asked = { model: 'caller', messages, temperature: 0, max_tokens: 30 }
  const plain = await calling.chat.completions.create(asked)
  const none = await calling.chat.completions.create({ ...asked, tools, tool_choice: 'none' })
  expect(plain.choices[0]?.message.content).toContain('<tool_call>')
  expect(none.choices[0]?.message).toEqual(plain.choices[0]?.message)
})

test("the client's loop calls a function and brings its result back", async () => {
  const asked: unknown[] = []
  const runner = calling.chat.completions.runTools(
    {
      model: 'caller',
      messages,
      temperature: 0,
      parallel_tool_calls: false,
      tools: [
        zodFunction({
          name: 'weather',
          parameters: Place,
          function: (given) => {
            asked.push(given)
            return 'sunny'
          },
        }),
      ],
    },
    { maxChatCompletions: 2 },
  )
  await runner.done()
  expect(asked.length).toBeGreaterThan(0)
  for (const given of asked) Place.parse(given)
  expect(runner.messages).toContainEqual(expect.objectContaining({ role: 'tool', content: 'sunny' }))
  expect(runner.allChatCompletions()).toHaveLength(2)
})

test('a call that is cut off has what came, and says so', async () => {
  const { choices } = await client.chat.completions.create({
    model: 'storyteller',
    messages,
    tools: [
      {
        type: 'function',
        function: {
          name: 'say',
          parameters: {
            type: 'object',
            properties: { text: { type: 'string', minLength: 1_000 } },
            required: ['text'],
          },
        },
      },
    ],
    tool_choice: 'required',
    max_tokens: 60,
  })
  expect(choices[0]?.finish_reason).toBe('length')
  const [call] = choices[0]?.message.tool_calls ?? []
  expect(call).toMatchObject({ function: { name: 'say', arguments: expect.stringMatching(/^\{"text":/) } })
})

test.each([
  [
    'tools[0].function.parameters.properties.a.not',
    {
      tools: [
        {
          type: 'function',
          function: { name: 'f', parameters: { type: 'object', properties: { a: { not: {} } } } },
        },
      ],
    },
  ],
  ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'f' } }] }],
  ['tool_choice', { tool_choice: 'required' }],
  [
    'messages[1].tool_call_id',
    { messages: [...messages, { role: 'tool', content: 'x', tool_call_id: 'nobody' }] },
  ],
])('what is wrong is told by its place: %s', async (param, more) => {
  const asked = {
    model: 'storyteller',
    messages,
    ...more,
  } as OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming
  await expect(client.chat.completions.create(asked)).rejects.toMatchObject({ status: 400, param })
})
