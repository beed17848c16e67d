import { comma, either, literal, type Rules } from '../grammar/gbnf.ts'

/** A function that the model may call. */
export interface Tool {
  name: string
  description?: string
  /** JSON Schema of an object. */
  parameters: Readonly<Record<string, unknown>>
}

/** How a model writes calls: after an opening, as JSON objects with a name and arguments. */
export interface Form {
  opening: string
  /** Whether calls can only be at the beginning of an answer. */
  atStart: boolean
  argumentsKey: 'arguments' | 'parameters'
  /** All that may come after the opening, given the rest of a call's JSON after `{"name":`. */
  after(call: string, most: number): string
  /** Whether the model's own template tells it of the tools. */
  isNative: boolean
  newId(): string
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const randomId = (length: number) =>
  [...crypto.getRandomValues(new Uint8Array(length))].map((byte) => letters[byte % letters.length]).join('')

const call = (rest: string) => `"{" "\\"name\\":" ${rest}`
const further = (item: string, most: number) => (most > 1 ? `(${item}){0,${most - 1}}` : '""')

/** Hermes' form, which Qwen and many others were trained on: `<tool_call>{"name": ..., "arguments": ...}</tool_call>`. */
const hermes: Form = {
  opening: '<tool_call>',
  atStart: false,
  argumentsKey: 'arguments',
  after(rest, most) {
    const one = `"\\n"? ${call(rest)} "\\n"? "</tool_call>"`
    return `${one} ${further(`"\\n"? "<tool_call>" ${one}`, most)}`
  },
  isNative: true,
  newId: () => `call_${randomId(24)}`,
}

/** Llama's from 3.1 on: an answer that is nothing but `{"name": ..., "parameters": ...}`. */
const llama: Form = {
  ...hermes,
  opening: '{"name":',
  atStart: true,
  argumentsKey: 'parameters',
  after: (rest) => rest,
}

/** Mistral's: `[TOOL_CALLS] [{"name": ..., "arguments": ...}]`. Its template takes ids of nine characters alone. */
const mistral: Form = {
  ...hermes,
  opening: '[TOOL_CALLS]',
  after: (rest, most) => `" "? "[" ${call(rest)} ${further(`${comma} ${call(rest)}`, most)} "]"`,
  newId: () => randomId(9),
}

/** What a template with that form has, and what a kin of it has that looks alike but is another form. */
const known: readonly [Form, has: RegExp, not: RegExp][] = [
  [hermes, /<tool_call>/, /<function=|<arg_key>/],
  [mistral, /\[TOOL_CALLS\]/, /\[ARGS\]|\[CALL_ID\]/],
  [llama, /"parameters": dictionary of argument name/, /<tool_call>/],
]

/** A tool whose name shows whether a template uses the tools that it is given. */
const probe = { name: 'berth_probe', description: '', parameters: { type: 'object', properties: {} } }

/**
 * The form that a model was trained on, by its chat template. A model whose template uses no tools, or has another form, is told of
 * them in words, with Hermes' form.
 * @param render renders a conversation of one message with tools
 */
export function formOf(template: string, render: (tools: readonly object[]) => string): Form {
  const fitting = known.find(([, has, not]) => has.test(template) && !not.test(template))
  try {
    if (fitting && render([toolMessage(probe)]).includes(probe.name)) return fitting[0]
  } catch {
    // It refuses even a plain message with tools.
  }
  return { ...hermes, isNative: false }
}

/** A tool as templates know it. Hermes' own fails on a parameter without a description. */
export function toolMessage(tool: Tool, template = '') {
  const { parameters } = tool
  if (!/description\s*\|\s*trim/.test(template)) return { type: 'function', function: tool }
  const properties = Object.entries(Object(parameters.properties)).map(([name, schema]) => [
    name,
    { description: '', ...Object(schema) },
  ])
  const described = { ...parameters, properties: Object.fromEntries(properties) }
  return { type: 'function', function: { ...tool, parameters: described } }
}

/**
 * GBNF for what comes after the opening: calls of some tools.
 * @param argumentsRule names the rule for a tool's arguments
 */
export function callsText(
  form: Form,
  tools: readonly Tool[],
  most: number,
  argumentsRule: (tool: Tool) => string,
  rules: Rules,
): string {
  const key = literal(`"${form.argumentsKey}":`)
  const rests = tools.map(
    (tool) => `${literal(JSON.stringify(tool.name))} ${comma} ${key} " "? ${argumentsRule(tool)} "}"`,
  )
  return form.after(rules.add(`" "? ${either(rests)}`), most)
}
