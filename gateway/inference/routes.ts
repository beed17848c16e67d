import type { Log } from '@berth/platform/log'
import type { TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Subgraph } from '../subgraph.ts'
import { authorize, type TenantCaller } from './authorize.ts'
import { modelOf, readBody } from './body.ts'
import { chooseServer, servedModels } from './choice.ts'
import type { ClusterRoutes } from './cluster.ts'
import type { Endpoints } from './endpoints.ts'
import { asInferenceError, errorBody, notFound, wrongMethod } from './errors.ts'
import { explainAbsence } from './lookup.ts'
import { requestsTotal } from './metrics.ts'
import type { Route } from './routing.ts'
import { createSend, type Send } from './send.ts'

const hex = '[0-9a-fA-F]'
const uuid = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`

export interface InferenceOptions {
  verifier: TokenVerifier
  cluster: ClusterRoutes
  endpoints: Endpoints
  servers: Subgraph
  publicUrl: string
  log: Log
}

type Handler = (request: FastifyRequest, reply: FastifyReply, caller: TenantCaller) => Promise<unknown>
/** Lets a request with a token for inference through to a handler. */
type Guard = (handler: Handler) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Serves `/<server id>/v1/*` and `/v1/*`: the OpenAI API of the tenant's servers. */
export async function serveInference(app: FastifyInstance, options: InferenceOptions): Promise<void> {
  const { cluster, endpoints, verifier, log } = options
  cluster.onChange((table) => endpoints.retain(table))
  const send = createSend({ cluster, endpoints, log })
  await app.register(async (api) => {
    api.removeAllContentTypeParsers()
    // Bodies are read when it is known who sends them.
    api.addContentTypeParser('*', (_request, _payload, done) => done(null))
    api.setErrorHandler((error, request, reply) => {
      const told = asInferenceError(error, request.id, log)
      requestsTotal.inc({ status: told.status })
      return reply.code(told.status).headers(told.headers).send(errorBody(told))
    })
    const guard: Guard = (handler) => async (request, reply) =>
      handler(request, reply, await authorize(verifier, request))
    serveByModel(api, guard, send, options)
    serveByServer(api, guard, send, options)
    for (const url of ['/v1/*', `/:server(^${uuid}$)/v1/*`]) {
      api.route({
        method: ['DELETE', 'OPTIONS', 'PATCH', 'PUT'],
        url,
        async handler({ method }) {
          throw wrongMethod(method)
        },
      })
    }
  })
}

/** `/v1/*`: the server that a request's `model` means. */
function serveByModel(api: FastifyInstance, guard: Guard, send: Send, options: InferenceOptions): void {
  const { cluster, endpoints } = options
  const busy = (route: Route) => route.endpoints.reduce((sum, origin) => sum + endpoints.inFlight(origin), 0)
  const modelsOf = ({ tenantId }: TenantCaller) => servedModels(cluster.current(), tenantId)
  api.get(
    '/v1/models',
    guard(async (_request, _reply, caller) => ({ object: 'list', data: modelsOf(caller) })),
  )
  api.get(
    '/v1/models/:model',
    guard(async (request, _reply, caller) => {
      const { model } = request.params as { model: string }
      const found = modelsOf(caller).find(({ id }) => id === model)
      if (!found) throw notFound(`The model ${model}`)
      return found
    }),
  )
  api.get('/v1/*', async (request) => {
    throw notFound(`GET ${request.url.split('?')[0]}`)
  })
  api.post(
    '/v1/*',
    guard(async (request, reply, { tenantId }) => {
      const body = await readBody(request.raw)
      const model = modelOf(body)
      const route = chooseServer(cluster.current(), { model, tenantId }, busy)
      if (!route) throw notFound(`A server with the name or model ${model}`)
      return send(request, reply, route, body)
    }),
  )
}

/** `/<server id>/v1/*`: that server. */
function serveByServer(api: FastifyInstance, guard: Guard, send: Send, options: InferenceOptions): void {
  const { cluster, servers, publicUrl } = options
  const serverIdOf = ({ params }: FastifyRequest) => (params as { server: string }).server.toLowerCase()
  api.route({
    method: ['GET', 'POST'],
    url: `/:server(^${uuid}$)/v1/*`,
    handler: guard(async (request, reply, caller) => {
      const serverId = serverIdOf(request)
      const route = cluster.current().get(serverId)
      if (route?.tenantId !== caller.tenantId) {
        throw await explainAbsence(servers, serverId, { caller, requestId: request.id })
      }
      return send(request, reply, route, request.method === 'POST' ? await readBody(request.raw) : null)
    }),
  })
  api.get(`/:server(^${uuid}$)`, async (request, reply) => {
    const base = `${publicUrl}/${serverIdOf(request)}/v1`
    return reply.code(404).send({ message: `The OpenAI API of this server is at ${base}.`, base })
  })
}
