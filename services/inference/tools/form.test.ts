import { Template } from '@huggingface/jinja'
import { beforeAll, expect, test } from 'vitest'
import { createPrompts, type Message } from '../engine/prompt.ts'
import { type Accepts, acceptor } from '../grammar/acceptor.ts'
import { createRules } from '../grammar/gbnf.ts'
import { addSchema } from '../grammar/schema.ts'
import { callsText, formOf } from './form.ts'

/** The parts of well-known templates that tools are about, shortened. */
const templates = {
  hermes:
    '{% if tools %}{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}<tool_call></tool_call>{% endif %}{% for m in messages %}{{ m.role }}: {{ m.content }}{% if m.tool_calls %}{% for c in m.tool_calls %}<tool_call>{{ c.function.arguments | tojson }}{% endfor %}{% endif %}\n{% endfor %}',
  mistral:
    "{% for tool in tools %}[AVAILABLE_TOOLS]{{ tool | tojson }}{% endfor %}{% for m in messages %}{% if m.tool_calls %}[TOOL_CALLS]{{ m.tool_calls[0].function | tojson }}{% if m.tool_calls[0].id | length != 9 %}{{ raise_exception('ids have nine characters') }}{% endif %}{% else %}{{ m.content }}{% endif %}{% endfor %}",
  llama:
    '{% for tool in tools %}{{ tool | tojson }} "parameters": dictionary of argument name and its value{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}',
}
const others = {
  'one that uses no tools': '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}<tool_call>',
  'one with another form':
    '{% if tools %}<tool_call><function=name>{% endif %}{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}',
  'one without a system':
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}{{ m.role }}: {{ m.content }}\n{% endfor %}",
}
const tool = {
  name: 'weather',
  description: 'Of a <|end|> city',
  parameters: { type: 'object', properties: { city: { enum: ['Rome', 'Oslo'] } }, required: ['city'] },
}
const conversation = (id: string): Message[] => [
  { role: 'user', content: 'How is it?' },
  { role: 'assistant', content: '', toolCalls: [{ id, name: 'weather', arguments: { city: 'Rome' } }] },
  { role: 'tool', content: 'sunny', name: 'weather', toolCallId: id },
  { role: 'tool', content: 'warm', name: 'weather', toolCallId: id },
]

/** One token for each text, so that a prompt can be read; control texts would show in brackets. */
function promptsOf(chatTemplate: string) {
  const texts: string[] = []
  const tokenize = (text: string, control: boolean) => [
    texts.push(control ? text.replaceAll('<|end|>', '[end]') : text) - 1,
  ]
  const vocabulary = {
    size: 1,
    tokenize,
    detokenize: () => '',
    piece: () => '',
    isEnd: () => false,
    controlTexts: ['<|end|>'],
    begin: undefined,
    end: undefined,
    beginText: '',
    endText: '',
  }
  const prompts = createPrompts({ vocabulary, chatTemplate }, (source) => new Template(source))
  return {
    form: prompts.form,
    chat: (messages: Message[]) =>
      prompts
        .chat(messages, [tool])
        .map((token) => texts[token])
        .join(''),
  }
}

test.each(Object.entries(templates))('a template that knows tools gets them: %s', (name, template) => {
  const { form, chat } = promptsOf(template)
  expect(form).toMatchObject({
    isNative: true,
    opening: { hermes: '<tool_call>', mistral: '[TOOL_CALLS]', llama: '{"name":' }[name],
  })
  const text = chat(conversation(form.newId()))
  expect(text).toContain('"weather"')
  expect(text).toContain('Of a <|end|> city')
  if (name !== 'llama') expect(text).toContain('"Rome"')
})

test.each(Object.entries(others))('other templates are told in words: %s', (_what, template) => {
  const { form, chat } = promptsOf(template)
  expect(form).toMatchObject({ isNative: false, opening: '<tool_call>' })
  const text = chat(conversation('a'))
  expect(text).toContain('"name":"weather"')
  expect(text).toContain(
    'assistant: <tool_call>\n{"name":"weather","arguments":{"city":"Rome"}}\n</tool_call>',
  )
  // Results of calls are one turn of the user.
  expect(text).toContain(
    'user: <tool_response>\nsunny\n</tool_response>\n<tool_response>\nwarm\n</tool_response>',
  )
  expect(text).not.toContain('[end]')
})

let accepts: Accepts
beforeAll(async () => {
  accepts = await acceptor()
}, 60_000)

test.each([
  [
    'hermes',
    [
      '\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>',
      '{"name":"weather","arguments":{"city":"Rome"}}</tool_call>\n<tool_call>{"name":"weather","arguments":{"city":"Oslo"}}</tool_call>',
    ],
  ],
  [
    'mistral',
    [
      '[{"name": "weather", "arguments": {"city": "Oslo"}}]',
      ' [{"name":"weather","arguments":{"city":"Rome"}}, {"name":"weather","arguments":{"city":"Rome"}}]',
    ],
  ],
  ['llama', [' "weather", "parameters": {"city": "Oslo"}}']],
] as const)('calls are kept to the form and to the parameters: %s', (name, right) => {
  const { form } = promptsOf(templates[name])
  const grammar = (most: number) => {
    const rules = createRules()
    const after = callsText(form, [tool], most, ({ parameters }) => addSchema(parameters, rules), rules)
    return [after, rules.text('').split('\n').slice(1).join('\n')] as const
  }
  const fits = (text: string, most = 2) => accepts(grammar(most)[0], text, grammar(most)[1])
  for (const text of right) {
    expect(fits(text), text).toBe(true)
    expect(fits(text.replace('Oslo', 'Bonn').replaceAll('Rome', 'Bonn'))).toBe(false)
    expect(fits(text.replaceAll('weather', 'other'))).toBe(false)
    expect(fits(`${text} and so on`)).toBe(false)
  }
  const [, twice] = right
  if (twice) expect(fits(twice, 1)).toBe(false)
})

test('a model without a template has the form in words', () => {
  expect(formOf('', () => '').isNative).toBe(false)
})
