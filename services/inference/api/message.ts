import type { Finish } from '../engine/generate.ts'
import type { CallReader, Delta } from '../tools/calls.ts'

/** Why an answer ended: by its calls, when there are whole ones and nothing else cut it off. */
export function reasonOf({ reason }: Finish, reader: CallReader | undefined): string {
  return reason === 'stop' && reader?.called() ? 'tool_calls' : reason
}

/** A part of a message, as a stream has it: a call's id and name first, then its arguments as they come. */
export function chatDelta(delta: Delta): object {
  if ('content' in delta) return delta
  const { index } = delta
  return 'name' in delta
    ? {
        tool_calls: [
          { index, id: delta.id, type: 'function', function: { name: delta.name, arguments: '' } },
        ],
      }
    : { tool_calls: [{ index, function: { arguments: delta.arguments } }] }
}

/** A whole message, and why it ended. */
export function chatMessage(
  { text, finish }: { text: string; finish: Finish },
  reader: CallReader | undefined,
) {
  const deltas = reader
    ? [...reader.push(text), ...reader.end(finish.reason === 'length')]
    : [{ content: text }]
  let content = ''
  const calls: { id: string; type: string; function: { name: string; arguments: string } }[] = []
  for (const delta of deltas) {
    const last = calls.at(-1)
    if ('content' in delta) content += delta.content
    else if ('name' in delta)
      calls.push({ id: delta.id, type: 'function', function: { name: delta.name, arguments: '' } })
    else if (last) last.function.arguments += delta.arguments
  }
  const isText = content !== '' || calls.length === 0
  return {
    message: {
      role: 'assistant',
      content: isText ? content : null,
      refusal: null,
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    finish_reason: reasonOf(finish, reader),
  }
}
