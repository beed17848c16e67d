import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Token } from '../engine/decoder.ts'
import type { Embedder, Engine } from '../engine/engine.ts'
import type { Slots } from '../engine/slots.ts'
import { check, optional } from './check.ts'
import type { Drain } from './drain.ts'
import { ApiFailure, toFailure } from './failure.ts'
import type { Metrics } from './metrics.ts'
import { ClientLeft, watchClient } from './presence.ts'

/** OpenAI's own limits: texts of a request, and tokens of all of them. */
const mostTexts = 2_048
const mostTokens = 300_000

const tokens = z.array(z.int().min(0)).min(1).max(mostTokens)
const embeddingsRequest = z.strictObject({
  model: optional(z.string().max(512)),
  input: z.union([
    z.string().min(1),
    z.array(z.string().min(1), 'must be a text, tokens, or a list of them').min(1).max(mostTexts),
    tokens,
    z.array(tokens).min(1).max(mostTexts),
  ]),
  encoding_format: optional(z.enum(['float', 'base64'])),
  dimensions: optional(z.int().min(1)),
})

/** What embeddings are made with. */
export interface EmbeddingMeans {
  engine: Engine
  embedders: Slots<Embedder>
  drain: Drain
  metrics: Metrics
}

/** Answers a request to `/v1/embeddings`. @throws ApiFailure */
export async function answerEmbeddings(
  means: EmbeddingMeans,
  model: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { engine, embedders, drain, metrics } = means
  const present = drain.enter()
  const presence = watchClient(reply, drain.signal)
  try {
    if (!engine.embedder) throw notMadeFor(model, 'embeddings', 'Ask /v1/chat/completions or /v1/completions')
    const { input, encoding_format, dimensions } = check(embeddingsRequest, request.body)
    if (dimensions !== undefined && dimensions !== engine.embedder.dimensions) {
      throw new ApiFailure(
        400,
        'unsupported_parameter',
        `This model's embeddings have ${engine.embedder.dimensions} dimensions, not ${dimensions}; leave dimensions out.`,
        { param: 'dimensions' },
      )
    }
    const texts = textsOf(input, engine)
    embedders.expectRoom(1)
    const data: object[] = []
    for (const [index, text] of texts.entries()) {
      const embedding = encode(await embed(embedders, text, presence.signal), encoding_format)
      data.push({ object: 'embedding', index, embedding })
    }
    const promptTokens = texts.reduce((sum, { length }) => sum + length, 0)
    metrics.prompted({ promptTokens, cachedTokens: 0 })
    metrics.answered('embeddings', 'stop')
    const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens }
    return reply.header('cache-control', 'no-store').send({ object: 'list', data, model, usage })
  } catch (error) {
    const left = error instanceof ClientLeft
    metrics.answered('embeddings', left ? 'left' : (toFailure(error)?.code ?? 'failed'))
    if (!left) throw error
    return reply.hijack()
  } finally {
    presence.close()
    present.leave()
  }
}

/** A model made for embeddings chooses no tokens, and one made for answers has no embeddings to give. */
export const notMadeFor = (model: string, what: string, next: string) =>
  new ApiFailure(400, 'unsupported_model', `The model ${model} is not made for ${what}. ${next} instead.`, {
    param: 'model',
  })

/** Requests take turns text by text, so that a long list keeps no single text waiting. */
async function embed(embedders: Slots<Embedder>, text: Token[], signal: AbortSignal): Promise<Float32Array> {
  const embedder = await embedders.acquire(signal)
  try {
    return await embedder.embed(text)
  } finally {
    embedders.release(embedder)
  }
}

/** @throws ApiFailure for a text that is too long, and for tokens that this model does not have */
function textsOf(
  input: z.infer<typeof embeddingsRequest>['input'],
  { vocabulary, contextSize }: Engine,
): Token[][] {
  const isSingle = typeof input === 'string' || typeof input[0] === 'number'
  const given = (isSingle ? [input] : input) as (string | Token[])[]
  const texts = given.map((text) => (typeof text === 'string' ? textToEmbed(text, vocabulary) : text))
  let total = 0
  for (const [index, text] of texts.entries()) {
    const param = isSingle ? 'input' : `input[${index}]`
    const unknown = text.find((token) => token >= vocabulary.size)
    if (unknown !== undefined) {
      const message = `${param} has the token ${unknown}; this model's tokens are the numbers below ${vocabulary.size}.`
      throw new ApiFailure(400, 'invalid_value', message, { param })
    }
    if (text.length > contextSize) {
      const message = `${param} has ${text.length} tokens; a text may have ${contextSize}. Shorten it, or split it.`
      throw new ApiFailure(400, 'context_length_exceeded', message, { param })
    }
    total += text.length
  }
  if (total <= mostTokens) return texts
  const message = `The texts have ${total} tokens; a request may have ${mostTokens}. Send them in several requests.`
  throw new ApiFailure(400, 'invalid_value', message, { param: 'input' })
}

/** With the marks at its beginning and its end that the model wants. */
export const textToEmbed = (text: string, { tokenize, begin, end }: Engine['vocabulary']): Token[] => [
  ...(begin === undefined ? [] : [begin]),
  ...tokenize(text, false),
  ...(end === undefined ? [] : [end]),
]

function encode(vector: Float32Array, format: 'float' | 'base64' = 'float'): number[] | string {
  return format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
}
