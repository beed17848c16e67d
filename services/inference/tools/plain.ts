import type { Message } from '../engine/prompt.ts'
import { type Tool, toolMessage } from './form.ts'

/**
 * Tells a model whose template knows no tools about them in words, and writes calls and results into the conversation.
 * @param hasSystem whether its template has a role for that; where not, the first message tells it
 */
export function plainMessages(
  messages: readonly Message[],
  tools: readonly Tool[],
  hasSystem: boolean,
): Message[] {
  const told = messages.map(written)
  const merged: Message[] = []
  for (const message of told) {
    const last = merged.at(-1)
    // Results of several calls are one turn: many templates want roles to alternate.
    if (message.isResult && last && told[merged.length - 1]?.isResult) last.content += `\n${message.content}`
    else merged.push({ role: message.role, content: message.content })
  }
  if (tools.length === 0) return merged
  const [first, ...rest] = merged
  const about = description(tools)
  if (first?.role === 'system') return [{ ...first, content: `${first.content}\n\n${about}` }, ...rest]
  if (hasSystem || !first) return [{ role: 'system', content: about }, ...merged]
  return [{ ...first, content: `${about}\n\n${first.content}` }, ...rest]
}

function written({ role, content, toolCalls = [] }: Message) {
  if (role === 'tool') {
    return { role: 'user' as const, content: `<tool_response>\n${content}\n</tool_response>`, isResult: true }
  }
  const calls = toolCalls.map(({ name, arguments: given }) =>
    ['<tool_call>', JSON.stringify({ name, arguments: given }), '</tool_call>'].join('\n'),
  )
  return { role, content: [...(content === '' ? [] : [content]), ...calls].join('\n'), isResult: false }
}

function description(tools: readonly Tool[]): string {
  return [
    'You may call these functions, given as JSON:',
    ...tools.map((tool) => JSON.stringify(toolMessage(tool))),
    'To call one, answer with its name and its arguments in this form:',
    '<tool_call>',
    '{"name": "<name>", "arguments": {<arguments>}}',
    '</tool_call>',
  ].join('\n')
}
