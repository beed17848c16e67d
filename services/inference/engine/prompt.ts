import { randomInt } from 'node:crypto'
import type { Template } from '@huggingface/jinja'
import { type Form, formOf, type Tool, toolMessage } from '../tools/form.ts'
import { plainMessages } from '../tools/plain.ts'
import type { Token } from './decoder.ts'
import type { Engine, Vocabulary } from './engine.ts'

export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string
  /** Of a tool: the function that was called. */
  name?: string
  /** Of a tool: which call this is the result of. */
  toolCallId?: string
  /** Of the assistant. */
  toolCalls?: readonly { id: string; name: string; arguments: Readonly<Record<string, unknown>> }[]
}

/** A prompt that cannot be made; the message is meant for the caller. */
export class PromptError extends Error {
  override name = 'PromptError'
}

export interface Prompts {
  /** The tokens of a conversation, in the form that the model's template gives it. @throws PromptError */
  chat(messages: readonly Message[], tools?: readonly Tool[]): Token[]
  /** How the model writes calls of tools. */
  form: Form
  /** The tokens of a text, whose control tokens count as such. @throws PromptError */
  text(text: string): Token[]
}

type TemplateOf = (source: string) => Pick<Template, 'render'>

/** @throws Error when the model's template is not valid Jinja */
export function createPrompts(
  { vocabulary, chatTemplate }: Pick<Engine, 'vocabulary' | 'chatTemplate'>,
  parse: TemplateOf,
): Prompts {
  const template = chatTemplate === undefined ? undefined : parse(chatTemplate)

  function begun(tokens: Token[]): Token[] {
    const { begin } = vocabulary
    return begin === undefined || tokens[0] === begin ? tokens : [begin, ...tokens]
  }

  const render = (messages: unknown, tools: readonly unknown[]) =>
    template?.render({
      messages,
      ...(tools.length > 0 && { tools }),
      add_generation_prompt: true,
      bos_token: vocabulary.beginText,
      eos_token: vocabulary.endText,
    }) ?? ''
  const hello = { role: 'user', content: 'Hello' }
  const form = formOf(chatTemplate ?? '', (tools) => render([hello], tools))
  const hasSystem = succeeds(() => render([{ role: 'system', content: 'Be kind.' }, hello], []))

  return {
    form,
    chat(messages, tools = []) {
      if (!template) throw new PromptError('This model has no chat template; use /v1/completions.')
      const guard = createGuard(vocabulary.controlTexts)
      let text: string
      try {
        text = form.isNative
          ? render(
              messages.map((one) => guard.coverAll(templated(one))),
              tools.map((one) => guard.coverAll(toolMessage(one, chatTemplate))),
            )
          : render(guard.coverAll(plainMessages(messages, tools, hasSystem)), [])
      } catch (error) {
        // A template refuses by raising an exception, such as when roles do not alternate.
        const why = error instanceof Error ? error.message : String(error)
        throw new PromptError(`The model's chat template refuses this conversation: ${why}`)
      }
      return begun(guard.tokenize(text, vocabulary.tokenize))
    },
    text(text) {
      const tokens = begun(vocabulary.tokenize(text, true))
      if (tokens.length === 0) throw new PromptError('The prompt is empty.')
      return tokens
    },
  }
}

function succeeds(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

/** A message as templates know it: arguments are an object there, not its text. */
function templated({ role, content, name, toolCallId, toolCalls }: Message) {
  const calls = toolCalls?.map(({ id, ...called }) => ({ id, type: 'function', function: called }))
  return {
    role,
    content,
    ...(name !== undefined && { name }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
    ...(calls && { tool_calls: calls }),
  }
}

/**
 * Keeps what people write from ending their turn: the text of a control token within a message is put under a cover
 * while the template is rendered, and read as plain text afterwards.
 */
function createGuard(controlTexts: readonly string[]) {
  const covered: string[] = []
  const nonce = randomInt(2 ** 47)
  const cover = new RegExp(`\uE000${nonce}:(\\d+)\uE001`)

  function coverText(content: string): string {
    let safe = content
    for (const control of controlTexts) {
      if (!safe.includes(control)) continue
      covered.push(control)
      safe = safe.replaceAll(control, `\uE000${nonce}:${covered.length - 1}\uE001`)
    }
    return safe
  }

  return {
    /** All texts within, those of tools and their calls too. */
    coverAll: (value: unknown) => mapTexts(value, coverText),
    tokenize(text: string, tokenize: Vocabulary['tokenize']): Token[] {
      if (covered.length === 0) return tokenize(text, true)
      // Splitting by an expression with a group gives text and cover numbers in turn.
      return text
        .split(cover)
        .flatMap((part, index) =>
          index % 2 === 0 ? tokenize(part, true) : tokenize(covered[Number(part)] ?? '', false),
        )
    },
  }
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [map(key), mapTexts(one, map)]))
}
