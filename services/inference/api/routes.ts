import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Token } from '../engine/decoder.ts'
import type { Prompts } from '../engine/prompt.ts'
import type { Admit } from './access.ts'
import { answer, type Means, type Question } from './answer.ts'
import { readChat } from './chat.ts'
import { answerEmbeddings, type EmbeddingMeans, notMadeFor } from './embeddings.ts'
import { ApiFailure, defect, errorBody, modelLoading, toFailure } from './failure.ts'
import { readCompletionRequest, type Wanted } from './request.ts'
import { completionShape, type Shape } from './shape.ts'
import { detokenize, tokenize } from './tokens.ts'

/** What is there once the model is loaded. */
export interface Loaded extends Means, EmbeddingMeans {
  prompts: Prompts
}

export interface RouteOptions {
  admit: Admit
  /** The model's name, as answers and the list of models give it. */
  model: string
  /** Bytes of a request's body at most. */
  bodyLimit: number
  /** Undefined while the model is loading. */
  loaded(): Loaded | undefined
}

/** The OpenAI API under `/v1`. Whatever goes wrong there is told in OpenAI's shape. */
export async function serveApi(app: FastifyInstance, options: RouteOptions): Promise<void> {
  const { admit, model, bodyLimit, loaded } = options
  const created = Math.floor(Date.now() / 1000)

  await app.register(
    async (v1) => {
      v1.setErrorHandler((error, request, reply) => {
        const failure = toFailure(error)
        if (!failure) request.log.error({ err: error, requestId: request.id }, 'request failed')
        return sendFailure(failure ?? defect(request.id), reply)
      })
      v1.setNotFoundHandler((request, reply) =>
        sendFailure(
          new ApiFailure(
            404,
            'not_found',
            `There is no ${request.method} ${request.url.split('?')[0]} here.`,
          ),
          reply,
        ),
      )
      v1.addHook('onRequest', async (request) => admit(request.headers.authorization))

      const answering = () => {
        const ready = whenLoaded(loaded())
        if (ready.engine.embedder) throw notMadeFor(model, 'answers', 'Ask /v1/embeddings')
        return ready
      }
      v1.post('/chat/completions', { bodyLimit }, async (request, reply) => {
        const ready = answering()
        const { wanted, prompt, shape } = readChat(
          request.body,
          model,
          ready.prompts,
          ready.engine.vocabulary,
        )
        const question = ask('chat', wanted, prompt, ready, shape)
        return answer(ready, question, request, reply)
      })
      v1.post('/completions', { bodyLimit }, async (request, reply) => {
        const ready = answering()
        const { prompt, ...wanted } = readCompletionRequest(request.body)
        const shape = completionShape({ model, includeUsage: wanted.includeUsage })
        const question = ask('completion', wanted, ready.prompts.text(prompt), ready, shape)
        return answer(ready, question, request, reply)
      })

      v1.post('/embeddings', { bodyLimit: Math.max(bodyLimit, embeddingsLimit) }, async (request, reply) =>
        answerEmbeddings(whenLoaded(loaded()), model, request, reply),
      )
      v1.post('/tokenize', { bodyLimit }, async ({ body }) => tokenize(whenLoaded(loaded()), body))
      v1.post('/detokenize', { bodyLimit }, async ({ body }) => detokenize(whenLoaded(loaded()), body))

      const described = { id: model, object: 'model', created, owned_by: 'berth' }
      v1.get('/models', async () => ({ object: 'list', data: [described] }))
      v1.get<{ Params: { '*': string } }>('/models/*', async (request) => {
        const asked = request.params['*']
        if (asked === model) return described
        throw new ApiFailure(
          404,
          'model_not_found',
          `This server has the model ${model}, not ${asked.slice(0, 100)}.`,
          {
            param: 'model',
          },
        )
      })
    },
    { prefix: '/v1' },
  )
}

/** Many texts of a whole context each are one request. */
const embeddingsLimit = 4 * 2 ** 20

function whenLoaded(ready: Loaded | undefined): Loaded {
  if (!ready) throw modelLoading()
  return ready
}

/** @throws ApiFailure when there is no room left for an answer */
function ask(endpoint: string, wanted: Wanted, prompt: Token[], { engine }: Means, shape: Shape): Question {
  const { contextSize } = engine
  if (prompt.length >= contextSize) {
    throw new ApiFailure(
      400,
      'context_length_exceeded',
      `The prompt has ${prompt.length} tokens; prompt and answer together have room for ${contextSize}. Shorten it to ${contextSize - 1} at most.`,
      { param: endpoint === 'chat' ? 'messages' : 'prompt' },
    )
  }
  const unknown = wanted.sampling.bias?.find(([token]) => token >= engine.vocabulary.size)
  if (unknown) {
    throw new ApiFailure(
      400,
      'invalid_value',
      `logit_bias has the token ${unknown[0]}; this model's tokens are the numbers below ${engine.vocabulary.size}.`,
      { param: 'logit_bias' },
    )
  }
  const { maxTokens = contextSize, stops, sampling, shown = [], answers, stream, includeUsage } = wanted
  const order = { prompt, maxTokens, stops, sampling, shown }
  return { endpoint, order, answers, stream, includeUsage, shape }
}

function sendFailure(failure: ApiFailure, reply: FastifyReply): FastifyReply {
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return reply.code(failure.status).header('cache-control', 'no-store').send(errorBody(failure))
}
