import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Token } from '../engine/decoder.ts'
import type { Prompts } from '../engine/prompt.ts'
import type { Admit } from './access.ts'
import { answer, type Means, type Question } from './answer.ts'
import { ApiFailure, defect, errorBody, modelLoading, toFailure } from './failure.ts'
import { readChatRequest, readCompletionRequest, type Wanted } from './request.ts'
import { chatShape, completionShape, type Shape } from './shape.ts'

/** What is there once the model is loaded. */
export interface Loaded extends Means {
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

      v1.post('/chat/completions', { bodyLimit }, async (request, reply) => {
        const ready = whenLoaded(loaded())
        const { messages, ...wanted } = readChatRequest(request.body)
        const shape = chatShape({ model, includeUsage: wanted.includeUsage })
        const question = ask('chat', wanted, ready.prompts.chat(messages), ready, shape)
        return answer(ready, question, request, reply)
      })
      v1.post('/completions', { bodyLimit }, async (request, reply) => {
        const ready = whenLoaded(loaded())
        const { prompt, ...wanted } = readCompletionRequest(request.body)
        const shape = completionShape({ model, includeUsage: wanted.includeUsage })
        const question = ask('completion', wanted, ready.prompts.text(prompt), ready, shape)
        return answer(ready, question, request, reply)
      })

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
  const { maxTokens = contextSize, stops, sampling, stream, includeUsage } = wanted
  return { endpoint, order: { prompt, maxTokens, stops, sampling }, stream, includeUsage, shape }
}

function sendFailure(failure: ApiFailure, reply: FastifyReply): FastifyReply {
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  if (failure.status === 401) reply.header('www-authenticate', 'Bearer realm="berth"')
  return reply.code(failure.status).header('cache-control', 'no-store').send(errorBody(failure))
}
