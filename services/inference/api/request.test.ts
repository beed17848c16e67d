import { expect, test } from 'vitest'
import { readChatRequest, readCompletionRequest } from './request.ts'

const messages = [{ role: 'user', content: 'Tell me a story about a fox' }]
const add = { type: 'function', function: { name: 'add', parameters: { type: 'object' } } }
const chat = (more: object) => readChatRequest({ model: 'storyteller', messages, ...more })

test('the least that a chat needs', () => {
  const wanted = readChatRequest({ messages })
  expect(wanted).toMatchObject({
    stream: false,
    includeUsage: false,
    maxTokens: undefined,
    stops: [],
    messages,
  })
  expect(wanted.sampling).toMatchObject({ temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05 })
})

test('everything that a chat may have', () => {
  const wanted = chat({
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 10,
    max_completion_tokens: 20,
    temperature: 0,
    top_p: 0.5,
    top_k: -1,
    min_p: 0,
    seed: 7,
    stop: ['a', 'b'],
    frequency_penalty: 0.5,
    presence_penalty: -0.5,
  })
  expect(wanted).toEqual({
    stream: true,
    answers: 1,
    includeUsage: true,
    maxTokens: 20,
    stops: ['a', 'b'],
    messages,
    calling: { tools: [], required: false, most: 16 },
    sampling: {
      temperature: 0,
      topP: 0.5,
      topK: 0,
      minP: 0,
      seed: 7,
      bias: [],
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
    },
  })
})

test('content may be parts of text, and a developer is the system', () => {
  const wanted = readChatRequest({
    messages: [
      { role: 'developer', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a ' },
          { type: 'text', text: 'fox' },
        ],
      },
      { role: 'assistant', content: 'Once', refusal: null, annotations: [], tool_calls: null },
    ],
  })
  expect(wanted.messages).toEqual([
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'a fox' },
    { role: 'assistant', content: 'Once' },
  ])
})

test.each([
  { user: 'ada', metadata: { a: 'b' }, store: false, service_tier: 'auto' },
  {
    n: 1,
    logprobs: false,
    tools: [],
    tool_choice: 'none',
    logit_bias: {},
    response_format: { type: 'text' },
  },
  { tools: null, logprobs: null, temperature: null, stop: null, stream_options: null, max_tokens: null },
])('what asks for nothing is accepted: %j', (more) => {
  expect(() => chat(more)).not.toThrow()
})

test.each([
  ['functions', { functions: [{ name: 'add' }] }],
  ['tools[0].function.colour', { tools: [{ type: 'function', function: { name: 'add', colour: 1 } }] }],
  ['response_format.colour', { response_format: { type: 'json_object', colour: 1 } }],
  ['modalities', { modalities: ['text', 'audio'] }],
  ['tempurature', { tempurature: 1 }],
  ['stream_options.include_obfuscation', { stream: true, stream_options: { include_obfuscation: true } }],
  ['messages[0].colour', { messages: [{ role: 'user', content: 'x', colour: 'blue' }] }],
])('what the engine does not have is refused by name: %s', (param, more) => {
  expect(() => chat(more)).toThrow(
    expect.objectContaining({ code: 'unsupported_parameter', param, status: 400 }),
  )
})

test.each([
  ['messages', 'missing_required_parameter', { messages: undefined }],
  ['messages', 'invalid_value', { messages: [] }],
  ['messages', 'invalid_value', { messages: 'hi' }],
  ['messages[0].role', 'invalid_value', { messages: [{ role: 'function', content: 'x' }] }],
  ['messages[0].tool_call_id', 'invalid_value', { messages: [{ role: 'tool', content: 'x' }] }],
  [
    'messages[0].tool_call_id',
    'invalid_value',
    { messages: [{ role: 'tool', content: 'x', tool_call_id: 'a' }] },
  ],
  ['messages[0].content', 'invalid_value', { messages: [{ role: 'assistant' }] }],
  [
    'messages[0].tool_calls[0].function.arguments',
    'invalid_value',
    {
      messages: [
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'add', arguments: '[1' } }],
        },
      ],
    },
  ],
  ['response_format.type', 'invalid_value', { response_format: { type: 'xml' } }],
  [
    'response_format.json_schema.name',
    'invalid_value',
    { response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } },
  ],
  ['tools[0].function.name', 'invalid_value', { tools: [{ type: 'function', function: { name: 'a b' } }] }],
  [
    'tools[0].function.parameters.type',
    'invalid_value',
    { tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'string' } } }] },
  ],
  ['tools[1].function.name', 'invalid_value', { tools: [add, add] }],
  ['tool_choice', 'invalid_value', { tool_choice: 'required' }],
  [
    'tool_choice.function.name',
    'invalid_value',
    { tools: [add], tool_choice: { type: 'function', function: { name: 'subtract' } } },
  ],
  ['messages[0].content', 'invalid_value', { messages: [{ role: 'user' }] }],
  [
    'messages[1].content[0].type',
    'invalid_value',
    { messages: [...messages, { role: 'user', content: [{ type: 'image_url', text: 'x' }] }] },
  ],
  ['temperature', 'invalid_value', { temperature: 3 }],
  ['temperature', 'invalid_value', { temperature: '1' }],
  ['max_tokens', 'invalid_value', { max_tokens: 0 }],
  ['max_tokens', 'invalid_value', { max_tokens: 1.5 }],
  ['top_p', 'invalid_value', { top_p: -1 }],
  ['n', 'invalid_value', { n: 0 }],
  ['n', 'invalid_value', { n: 17 }],
  ['top_logprobs', 'invalid_value', { top_logprobs: 3 }],
  ['top_logprobs', 'invalid_value', { logprobs: true, top_logprobs: 21 }],
  ['logit_bias.fox', 'invalid_value', { logit_bias: { fox: 1 } }],
  ['logit_bias.50', 'invalid_value', { logit_bias: { '50': 101 } }],
  ['stop', 'invalid_value', { stop: '' }],
  ['stop', 'invalid_value', { stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['stream_options', 'invalid_value', { stream_options: { include_usage: true } }],
])('a mistake is told by its place: %s', (param, code, more) => {
  const body = JSON.parse(JSON.stringify({ model: 'storyteller', messages, ...more }))
  expect(() => readChatRequest(body)).toThrow(expect.objectContaining({ code, param, status: 400 }))
})

test('too many stops are told by how many there can be', () => {
  const body = { model: 'storyteller', messages, stop: ['a', 'b', 'c', 'd', 'e'] }
  expect(() => readChatRequest(body)).toThrow('The parameter stop is wrong: must be at most 4 strings.')
})

test.each([undefined, null, 'text', [], 7])('a body of %j is no request', (body) => {
  expect(() => readChatRequest(body)).toThrow(/one JSON object/)
})

test('a completion takes one prompt, and has 16 tokens unless told otherwise', () => {
  expect(readCompletionRequest({ prompt: 'Once', stop: '\n' })).toMatchObject({
    prompt: 'Once',
    maxTokens: 16,
    stops: ['\n'],
  })
  expect(readCompletionRequest({ prompt: ['Once'], max_tokens: 5, echo: false, suffix: '' })).toMatchObject({
    prompt: 'Once',
    maxTokens: 5,
  })
  expect(() => readCompletionRequest({ prompt: ['a', 'b'] })).toThrow(
    expect.objectContaining({ param: 'prompt' }),
  )
  expect(() => readCompletionRequest({ prompt: [1] })).toThrow(
    expect.objectContaining({ param: 'prompt[0]' }),
  )
  expect(() => readCompletionRequest({ prompt: 'a', echo: true })).toThrow(/echo is not supported/)
  expect(() => readCompletionRequest({ prompt: 'a', messages })).toThrow(/messages is not supported/)
})

test('how many answers, and with which probabilities', () => {
  expect(chat({}).answers).toBe(1)
  expect(chat({}).sampling).not.toHaveProperty('logprobs')
  expect(chat({ n: 3, logprobs: true }).sampling.logprobs).toBe(0)
  const wanted = chat({ n: 3, logprobs: true, top_logprobs: 5, logit_bias: { '50': -100, '7': 1.5 } })
  expect(wanted).toMatchObject({ answers: 3, sampling: { logprobs: 5 } })
  expect(wanted.sampling.bias).toEqual([
    [7, 1.5],
    [50, -100],
  ])
  expect(readCompletionRequest({ prompt: 'a', logprobs: 2 }).sampling.logprobs).toBe(2)
})

test('seeds differ unless one is given, and any whole number is one', () => {
  expect(chat({}).sampling.seed).not.toBe(chat({}).sampling.seed)
  expect(chat({ seed: -1 }).sampling.seed).toBe(2 ** 32 - 1)
})

test('tools, which of them may be called, and how often', () => {
  const tools = [add, { type: 'function', function: { name: 'now', strict: true } }]
  const called = (more: object) => {
    const { calling } = chat({ tools, ...more })
    return [calling.tools.map(({ name }) => name), calling.required, calling.most]
  }
  expect(called({})).toEqual([['add', 'now'], false, 16])
  expect(called({ tool_choice: 'none' })).toEqual([[], false, 16])
  expect(called({ tool_choice: 'required', parallel_tool_calls: false })).toEqual([['add', 'now'], true, 1])
  expect(called({ tool_choice: { type: 'function', function: { name: 'now' } } })).toEqual([['now'], true, 1])
  expect(chat({ tools }).calling.tools[1]).toEqual({
    name: 'now',
    parameters: { type: 'object', properties: {} },
    index: 1,
  })
})

test('calls and their results in the conversation', () => {
  const call = { id: 'a', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }
  const { messages: read } = chat({
    messages: [
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: '2', tool_call_id: 'a' },
    ],
  })
  expect(read.slice(1)).toEqual([
    { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'add', arguments: { a: 1 } }] },
    { role: 'tool', content: '2', name: 'add', toolCallId: 'a' },
  ])
})
