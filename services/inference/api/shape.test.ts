import { expect, test } from 'vitest'
import { createCallReader } from '../tools/calls.ts'
import { formOf } from '../tools/form.ts'
import { chatShape, completionShape } from './shape.ts'

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
  expect(shape.whole([{ text: 'Once', finish }])).toEqual({
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
  expect(shape.first(0)).toMatchObject({
    object: 'chat.completion.chunk',
    choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }],
    usage: null,
  })
  expect(shape.pieces({ text: 'Once' }, 0)).toMatchObject([
    { choices: [{ delta: { content: 'Once' }, finish_reason: null }] },
  ])
  expect(shape.last(finish, 0)).toMatchObject([
    { choices: [{ delta: {}, finish_reason: 'stop' }], usage: null },
  ])
  expect(shape.usage([finish])).toMatchObject({ choices: [], usage })
  expect(chatShape({ ...naming, includeUsage: false }).pieces({ text: 'x' }, 0)[0]).not.toHaveProperty(
    'usage',
  )
})

test('a completion, whole and in pieces', () => {
  const shape = completionShape(naming)
  expect(shape.whole([{ text: 'Once', finish }])).toMatchObject({
    object: 'text_completion',
    choices: [{ index: 0, text: 'Once', finish_reason: 'stop' }],
    usage,
  })
  expect(shape.first(0)).toBeUndefined()
  expect(shape.pieces({ text: 'Once' }, 0)).toMatchObject([
    { choices: [{ text: 'Once', finish_reason: null }], usage: null },
  ])
  expect(shape.last(finish, 0)).toMatchObject([{ choices: [{ text: '', finish_reason: 'stop' }] }])
  expect(completionShape({ ...naming, includeUsage: false }).pieces({ text: 'x' }, 0)[0]).not.toHaveProperty(
    'usage',
  )
})

const fox = { text: 'fox', bytes: [102, 111, 120], logprob: -0.5, top: [] }
const half = { text: '\uFFFD', bytes: null, logprob: -2, top: [fox] }

test('several answers have their numbers, and their tokens are summed up', () => {
  const answers = [
    { text: 'a', finish },
    { text: 'b', finish: { ...finish, reason: 'length' as const } },
  ]
  expect(chatShape(naming).whole(answers)).toMatchObject({
    choices: [
      { index: 0, message: { content: 'a' }, finish_reason: 'stop' },
      { index: 1, message: { content: 'b' }, finish_reason: 'length' },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 },
  })
  expect(chatShape(naming).pieces({ text: 'b' }, 1)).toMatchObject([{ choices: [{ index: 1 }] }])
})

test("a chat's logarithms of probability", () => {
  const logprobs = {
    content: [
      { token: 'fox', logprob: -0.5, bytes: [102, 111, 120], top_logprobs: [] },
      {
        token: '\uFFFD',
        logprob: -2,
        bytes: null,
        top_logprobs: [{ token: 'fox', logprob: -0.5, bytes: [102, 111, 120] }],
      },
    ],
    refusal: null,
  }
  const piece = { text: 'fox', tokens: [fox, half] }
  expect(chatShape(naming).pieces(piece, 0)).toMatchObject([{ choices: [{ logprobs }] }])
  expect(chatShape(naming).whole([{ ...piece, finish }])).toMatchObject({ choices: [{ logprobs }] })
})

test("a completion's, whose offsets go on from piece to piece", () => {
  const shape = completionShape(naming)
  expect(shape.pieces({ text: 'fox', tokens: [fox] }, 0)).toMatchObject([
    {
      choices: [
        { logprobs: { tokens: ['fox'], token_logprobs: [-0.5], top_logprobs: [{}], text_offset: [0] } },
      ],
    },
  ])
  expect(shape.pieces({ text: '\uFFFD', tokens: [half] }, 0)).toMatchObject([
    { choices: [{ logprobs: { top_logprobs: [{ fox: -0.5 }], text_offset: [3] } }] },
  ])
  expect(shape.pieces({ text: 'fox', tokens: [fox] }, 1)).toMatchObject([
    { choices: [{ logprobs: { text_offset: [0] } }] },
  ])
})

const called = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>'
const withCalls = () => {
  const form = { ...formOf('', () => ''), newId: () => 'call_1' }
  return chatShape({ ...naming, createReader: () => createCallReader(form, new Set(['add'])) })
}

test('a call of a tool, whole and in pieces', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a": 1}' } }
  expect(withCalls().whole([{ text: called, finish }])).toMatchObject({
    choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }],
  })
  const shape = withCalls()
  expect(shape.first(0)).toMatchObject({ choices: [{ delta: { role: 'assistant', content: null } }] })
  const pieces = [...called].flatMap((text) => shape.pieces({ text }, 0))
  const [first, ...rest] = pieces.map(
    (piece) => (piece as { choices: { delta: object }[] }).choices[0]?.delta,
  )
  expect(first).toEqual({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'add', arguments: '' } }],
  })
  expect(rest).toEqual(
    [...'{"a": 1}'].map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
  )
  expect(shape.last(finish, 0)).toMatchObject([{ choices: [{ delta: {}, finish_reason: 'tool_calls' }] }])
})

test('a call that is cut off has what came, and one that is none is text', () => {
  const cut = { ...finish, reason: 'length' as const }
  const begun = { text: called.slice(0, called.indexOf('}')), finish: cut }
  expect(withCalls().whole([begun])).toMatchObject({
    choices: [
      {
        message: { content: null, tool_calls: [{ function: { arguments: '{"a": 1' } }] },
        finish_reason: 'length',
      },
    ],
  })
  const unread = { text: 'So: <tool_call>fox', finish }
  expect(withCalls().whole([unread])).toMatchObject({
    choices: [{ message: { content: 'So: <tool_call>fox' }, finish_reason: 'stop' }],
  })
  expect(withCalls().whole([{ text: 'Hello ', finish }])).toMatchObject({
    choices: [{ message: { content: 'Hello ' }, finish_reason: 'stop' }],
  })
})

test('the tokens of a call are weighed with it', () => {
  const shape = withCalls()
  const [piece] = shape.pieces({ text: '<tool_call>', tokens: [fox] }, 0)
  expect(piece).toMatchObject({ choices: [{ delta: {}, logprobs: { content: [{ token: 'fox' }] } }] })
})
