import { expect, test } from 'vitest'
import { createCallReader, type Delta } from './calls.ts'
import { type Form, formOf } from './form.ts'

const named: Form = { ...formOf('', () => ''), newId: () => 'id' }
const llama: Form = { ...named, opening: '{"name":', atStart: true, argumentsKey: 'parameters' }
const mistral: Form = { ...named, opening: '[TOOL_CALLS]' }
const names = new Set(['add', 'now'])

/** Reads a text in pieces of some length, and joins what belongs together. */
function read(form: Form, text: string, length: number, isCut = false) {
  const reader = createCallReader(form, names)
  const deltas: Delta[] = []
  for (let at = 0; at < text.length; at += length) deltas.push(...reader.push(text.slice(at, at + length)))
  deltas.push(...reader.end(isCut))
  let content = ''
  const calls: [name: string, given: string][] = []
  for (const delta of deltas) {
    if ('content' in delta) content += delta.content
    else if ('name' in delta) calls.push([delta.name, ''])
    else {
      const call = calls[delta.index]
      if (call) call[1] += delta.arguments
    }
  }
  return { content, calls, called: reader.called() }
}

const hard = '{"a": "}]\\"{", "b": [{}, {"c": "\\\\"}]}'

test.each([
  ['text alone', named, 'Once < upon <tool> {"name": "add"}  ', 'Once < upon <tool> {"name": "add"}  ', []],
  ['a call', named, `<tool_call>\n{"name": "add", "arguments": ${hard}}\n</tool_call>`, '', [['add', hard]]],
  [
    'text, then calls',
    named,
    `So.\n\n<tool_call>{"name":"add","arguments":${hard}}</tool_call>\n<tool_call>{"name":"now","arguments":{}}</tool_call>`,
    'So.',
    [
      ['add', hard],
      ['now', '{}'],
    ],
  ],
  [
    'a call of nobody',
    named,
    '<tool_call>{"name":"no","arguments":{}}</tool_call>',
    '<tool_call>{"name":"no","arguments":{}}</tool_call>',
    [],
  ],
  ['what is no call', named, 'a <tool_call> b', 'a <tool_call> b', []],
  ["Llama's", llama, `\n{"name": "add", "parameters": ${hard}}`, '', [['add', hard]]],
  [
    "Llama's, not at the beginning",
    llama,
    'So: {"name": "add", "parameters": {}}',
    'So: {"name": "add", "parameters": {}}',
    [],
  ],
  ["Llama's, other JSON", llama, '{"name": 7}', '{"name": 7}', []],
  [
    "Mistral's",
    mistral,
    `[TOOL_CALLS] [{"name": "add", "arguments": ${hard}}, {"name": "now", "arguments": {}}]`,
    '',
    [
      ['add', hard],
      ['now', '{}'],
    ],
  ],
] as const)('%s, in pieces of any length', (_what, form, text, content, calls) => {
  for (const length of [1, 2, 7, text.length]) {
    expect(read(form, text, length)).toEqual({ content, calls, called: calls.length > 0 })
  }
})

test('the beginning of a call that is cut off is no text', () => {
  expect(read(named, 'So. <tool_call>{"name": "a', 3, true)).toEqual({
    content: 'So.',
    calls: [],
    called: false,
  })
  expect(read(named, '<tool_call>{"name": "add", "arguments": {"a": [1', 3, true)).toEqual({
    content: '',
    calls: [['add', '{"a": [1']],
    called: false,
  })
})

test('arguments come as they are written', () => {
  const reader = createCallReader(named, names)
  expect(reader.push('<tool_call>{"name": "add", "arguments": {"a"')).toEqual([
    { index: 0, id: 'id', name: 'add' },
    { index: 0, arguments: '{"a"' },
  ])
  expect(reader.push(': 1}')).toEqual([{ index: 0, arguments: ': 1}' }])
})
