import { z } from 'zod'
import type { Message } from '../engine/prompt.ts'
import { invalid, optional } from './check.ts'
import { toolName } from './tools.ts'

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() })
const content = z.union([
  z.array(textPart, 'must be a string or a list of text parts').min(1).max(256),
  z.string(),
])
const callId = z.string().min(1).max(256)
const toolCall = z.strictObject({
  id: callId,
  type: z.literal('function'),
  function: z.strictObject({ name: toolName, arguments: z.string() }),
})

const said = { content, name: optional(z.string().max(256)) }
/** What an answer carries that a client sends back as it came. */
const returned = {
  refusal: z.null().optional(),
  audio: z.null().optional(),
  annotations: optional(z.array(z.unknown()).max(0)),
  function_call: z.null().optional(),
}

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), ...said }),
  z.strictObject({
    role: z.literal('assistant'),
    ...said,
    ...returned,
    content: optional(content),
    tool_calls: optional(z.array(toolCall).max(128)),
  }),
  z.strictObject({ role: z.literal('tool'), ...said, tool_call_id: callId }),
])

export const messageList = z.array(message).min(1).max(4_096)

/** A conversation in our words. @throws ApiFailure when a call or its result is not one */
export function readMessages(given: z.infer<typeof messageList>): Message[] {
  const called = new Map<string, string>()
  return given.map((one, index): Message => {
    const at = `messages[${index}]`
    if (one.role === 'tool') {
      const name = called.get(one.tool_call_id)
      if (name === undefined) {
        throw invalid(`${at}.tool_call_id`, `${at}.tool_call_id names no call of an earlier message.`)
      }
      return { role: 'tool', content: textOf(one.content), name, toolCallId: one.tool_call_id }
    }
    if (one.role !== 'assistant') {
      return { role: one.role === 'user' ? 'user' : 'system', content: textOf(one.content) }
    }
    const { tool_calls: calls = [] } = one
    if (one.content === undefined && calls.length === 0) {
      throw invalid(`${at}.content`, `${at}.content may be null only beside tool_calls.`)
    }
    const toolCalls = calls.map(({ id, function: { name, arguments: text } }, place) => {
      called.set(id, name)
      return { id, name, arguments: argumentsOf(text, `${at}.tool_calls[${place}].function.arguments`) }
    })
    return {
      role: 'assistant',
      content: textOf(one.content ?? ''),
      ...(toolCalls.length > 0 && { toolCalls }),
    }
  })
}

const textOf = (given: z.infer<typeof content>) =>
  typeof given === 'string' ? given : given.map(({ text }) => text).join('')

function argumentsOf(text: string, param: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text === '' ? '{}' : text))
  } catch {
    throw invalid(param, `${param} is not a JSON object.`)
  }
}
