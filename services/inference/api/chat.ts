import type { Token } from '../engine/decoder.ts'
import type { Vocabulary } from '../engine/engine.ts'
import type { Prompts } from '../engine/prompt.ts'
import { createCallReader } from '../tools/calls.ts'
import { constraintOf } from './constraint.ts'
import { readChatRequest, type Wanted } from './request.ts'
import { chatShape, type Shape } from './shape.ts'

/** A chat as the engine takes it: what is to be generated, from which prompt, and what the answer looks like. */
export interface Chat {
  wanted: Wanted
  prompt: Token[]
  shape: Shape
}

/** @throws ApiFailure, PromptError */
export function readChat(body: unknown, model: string, prompts: Prompts, vocabulary: Vocabulary): Chat {
  const { messages, format, calling, ...wanted } = readChatRequest(body)
  const { form } = prompts
  const { tools } = calling
  const names = new Set(tools.map(({ name }) => name))
  const constraint = constraintOf(format, calling, form)
  const opening = vocabulary.tokenize(form.opening, true)
  return {
    wanted: {
      ...wanted,
      sampling: { ...wanted.sampling, ...constraint },
      // Some models open a call with a control token, which is not a text otherwise.
      shown: tools.length > 0 && opening.length === 1 ? opening : [],
    },
    prompt: prompts.chat(messages, tools),
    shape: chatShape({
      model,
      includeUsage: wanted.includeUsage,
      ...(tools.length > 0 && { createReader: () => createCallReader(form, names) }),
    }),
  }
}
