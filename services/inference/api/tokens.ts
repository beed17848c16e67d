import { z } from 'zod'
import { createDecoder, type Token } from '../engine/decoder.ts'
import type { Engine } from '../engine/engine.ts'
import type { Prompts } from '../engine/prompt.ts'
import { check, optional } from './check.ts'
import { textToEmbed } from './embeddings.ts'
import { ApiFailure } from './failure.ts'
import { readChatRequest } from './request.ts'

const tokenizeRequest = z.strictObject({
  model: optional(z.string().max(512)),
  content: optional(z.string()),
  prompt: optional(z.string()),
  messages: z.unknown().optional(),
  tools: z.unknown().optional(),
  add_special: optional(z.boolean()),
  with_pieces: optional(z.boolean()),
})

const detokenizeRequest = z.strictObject({
  model: optional(z.string().max(512)),
  tokens: z.array(z.int().min(0)).max(10_000_000),
})

interface Means {
  engine: Pick<Engine, 'vocabulary' | 'contextSize' | 'embedder'>
  prompts: Prompts
}

/**
 * Answers a request to `/v1/tokenize`: the tokens that a text or a conversation is for the model, exactly as the other
 * endpoints take them. @throws ApiFailure
 */
export function tokenize({ engine, prompts }: Means, body: unknown): object {
  const { content, prompt, messages, tools, add_special = true, with_pieces } = check(tokenizeRequest, body)
  const text = content ?? prompt
  const given = [content, prompt, messages ?? undefined].filter((one) => one !== undefined)
  if (given.length !== 1) {
    const message = 'Send one of content, prompt (another name for it) and messages.'
    throw new ApiFailure(400, 'invalid_request', message, { param: 'content' })
  }
  const { vocabulary } = engine
  const tokens =
    text === undefined
      ? conversation(prompts, { messages, tools })
      : !add_special || text === ''
        ? vocabulary.tokenize(text, true)
        : engine.embedder
          ? textToEmbed(text, vocabulary)
          : prompts.text(text)
  return {
    tokens,
    ...(with_pieces && { pieces: tokens.map(vocabulary.piece) }),
    count: tokens.length,
    max_model_len: engine.contextSize,
  }
}

function conversation(prompts: Prompts, given: object): Token[] {
  const { messages, calling } = readChatRequest(given)
  return prompts.chat(messages, calling.tools)
}

/** Answers a request to `/v1/detokenize`: the text of tokens, control tokens' too. @throws ApiFailure */
export function detokenize({ engine: { vocabulary, contextSize } }: Means, body: unknown): object {
  const { tokens } = check(detokenizeRequest, body)
  if (tokens.length > contextSize) {
    const message = `There are ${tokens.length} tokens; the context has ${contextSize}. Send them in parts.`
    throw new ApiFailure(400, 'invalid_value', message, { param: 'tokens' })
  }
  const unknown = tokens.findIndex((token) => token >= vocabulary.size)
  if (unknown >= 0) {
    const message = `tokens has ${tokens[unknown]}; this model's tokens are the numbers below ${vocabulary.size}.`
    throw new ApiFailure(400, 'invalid_value', message, { param: `tokens[${unknown}]` })
  }
  // One by one, as answers are read: all at once, some vocabularies tidy blanks away.
  const decoder = createDecoder((some, before) => vocabulary.detokenize(some, before, true))
  return { content: tokens.map(decoder.push).join('') + decoder.end() }
}
