import { newPerson } from '@berth/kit/people'
import { deploy, untilStatus } from '@berth/kit/servers'
import OpenAI from 'openai'
import { LengthFinishReasonError } from 'openai/core/error'
import { zodResponseFormat } from 'openai/helpers/zod'
import { beforeAll, expect, inject, test } from 'vitest'
import { z } from 'zod'

const berth = inject('berth')
let client: OpenAI
const model = 'storyteller'
const messages = [{ role: 'user' as const, content: 'Tell me about a fox, as JSON' }]

beforeAll(async () => {
  const { token } = await newPerson(berth, 'format')
  const { id, url } = await deploy(berth, token, {
    name: 'format',
    model,
    runtime: { parallel: 2, contextSize: 1024 },
  })
  await untilStatus(berth, token, id, 'READY')
  client = new OpenAI({ baseURL: url, apiKey: token, maxRetries: 0 })
})

const Animal = z.object({
  name: z.string().max(12),
  kind: z.enum(['fox', 'whale', 'dragon']),
  age: z.int().min(0).max(30),
  weight: z.number().min(0.5).max(99),
  friends: z.array(z.object({ name: z.string().max(8), isNear: z.boolean() })).max(3),
  home: z.union([z.literal('forest'), z.null()]),
})

/** A schema that the client sends as it is. */
const asked = (schema: Record<string, unknown>, more: object = {}) =>
  client.chat.completions.create({
    model,
    messages,
    response_format: { type: 'json_schema' as const, json_schema: { name: 'answer', schema } },
    ...more,
  })

test("an answer is what the client's own schema says, at any temperature", async () => {
  const response_format = zodResponseFormat(Animal, 'animal')
  for (const [seed, temperature] of [0, 0.8, 1.5, 2].entries()) {
    const { choices } = await client.chat.completions.parse({
      model,
      messages,
      response_format,
      seed,
      temperature,
    })
    expect(choices[0]?.finish_reason).toBe('stop')
    expect(choices[0]?.message.parsed?.kind).toMatch(/^(fox|whale|dragon)$/)
  }
})

test('so is one that is streamed, in several pieces', async () => {
  const stream = client.chat.completions.stream({
    model,
    messages,
    response_format: zodResponseFormat(Animal, 'animal'),
    temperature: 1,
    seed: 3,
  })
  let pieces = 0
  stream.on('content.delta', () => (pieces += 1))
  const { choices } = await stream.finalChatCompletion()
  expect(Animal.parse(choices[0]?.message.parsed)).toEqual(choices[0]?.message.parsed)
  expect(pieces).toBeGreaterThan(10)
})

test('an object of any kind', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const { choices } = await client.chat.completions.create({
      model,
      messages,
      response_format: { type: 'json_object' },
      temperature: 1.2,
      seed,
      max_tokens: 600,
    })
    const text = choices[0]?.message.content ?? ''
    expect(text.startsWith('{')).toBe(true)
    if (choices[0]?.finish_reason === 'stop') expect(typeof JSON.parse(text)).toBe('object')
    else expect(choices[0]?.finish_reason).toBe('length')
  }
})

test('a schema that leads to itself, and several answers', async () => {
  const Tree = {
    type: 'object',
    properties: { leaf: { type: 'boolean' }, under: { $ref: '#/$defs/trees' } },
    required: ['leaf'],
  }
  const trees = { type: 'array', items: { $ref: '#/$defs/tree' }, maxItems: 2 }
  const { choices } = await asked(
    { $ref: '#/$defs/tree', $defs: { tree: Tree, trees } },
    { n: 3, temperature: 0.7, seed: 5 },
  )
  for (const { finish_reason, message } of choices) {
    if (finish_reason === 'stop') expect(JSON.parse(message.content ?? '')).toHaveProperty('leaf')
  }
  expect(choices.some(({ finish_reason }) => finish_reason === 'stop')).toBe(true)
})

test('an answer that is cut off says so', async () => {
  const response_format = zodResponseFormat(Animal, 'animal')
  const cut = { model, messages, response_format, max_tokens: 5 }
  expect((await client.chat.completions.create(cut)).choices[0]?.finish_reason).toBe('length')
  await expect(client.chat.completions.stream(cut).finalChatCompletion()).rejects.toThrow(
    LengthFinishReasonError,
  )
})

test.each([
  ['response_format.json_schema.schema.properties.a.not', { type: 'object', properties: { a: { not: {} } } }],
  [
    'response_format.json_schema.schema.items.multipleOf',
    { type: 'array', items: { type: 'number', multipleOf: 2 } },
  ],
  ['response_format.json_schema.schema.pattern', { type: 'string', pattern: '(?=a)b' }],
])('what an answer cannot be kept to is refused by name: %s', async (param, schema) => {
  await expect(asked(schema)).rejects.toMatchObject({
    status: 400,
    code: 'unsupported_parameter',
    type: 'invalid_request_error',
    param,
  })
})

test('a hostile schema is refused, and holds nobody up', async () => {
  const hostile = { anyOf: Array.from({ length: 60 }, () => ({ type: 'array', items: { $ref: '#' } })) }
  const refused = expect(asked(hostile)).rejects.toMatchObject({ status: 400, code: 'invalid_value' })
  const story = await client.chat.completions.create({ model, messages, max_tokens: 20 })
  expect(story.usage?.completion_tokens).toBeGreaterThan(0)
  await refused
  await expect(
    client.completions.create({ model, prompt: 'Once', ...{ response_format: { type: 'json_object' } } }),
  ).rejects.toMatchObject({ status: 400, param: 'response_format' })
})
