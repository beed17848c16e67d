import type { Log } from '@berth/platform/log'
import { bearerToken, type Caller, TokenError, type TokenVerifier } from '@berth/platform/tokens'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Subgraph } from '../subgraph.ts'
import { modelOf, readBody } from './body.ts'
import { chooseServer, servedModels } from './choice.ts'
import type { ClusterRoutes } from './cluster.ts'
import type { Endpoints } from './endpoints.ts'
import { InferenceError, notFound, notReady, sendError } from './errors.ts'
import { forward } from './forward.ts'
import { explainAbsence } from './lookup.ts'
import { firstByteSeconds, requestsInFlight, requestsTotal } from './metrics.ts'
import type { Route } from './routing.ts'

const scope = 'servers:invoke'
const hex = '[0-9a-fA-F]'
const uuid = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`

type TenantCaller = Caller & { tenantId: string }
type Handler = (request: FastifyRequest, reply: FastifyReply, caller: TenantCaller) => Promise<unknown>

export interface InferenceOptions {
  verifier: TokenVerifier
  cluster: ClusterRoutes
  endpoints: Endpoints
  servers: Subgraph
  publicUrl: string
  log: Log
}

/** Serves `/<server id>/v1/*` and `/v1/*`: the OpenAI API of the tenant's servers. */
export async function serveInference(app: FastifyInstance, options: InferenceOptions): Promise<void> {
  const { cluster, endpoints, servers, publicUrl, log } = options
  cluster.onChange((table) => endpoints.retain(table))
  const busy = (route: Route) => route.endpoints.reduce((sum, origin) => sum + endpoints.inFlight(origin), 0)

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    route: Route,
    rest: string,
    body: Buffer | null,
  ) {
    if (route.endpoints.length === 0)
      throw notReady(route.name, `it is ${route.phase}. ${route.message ?? ''}`.trim())
    const startedAt = performance.now()
    reply.hijack()
    requestsInFlight.inc()
    try {
      await forward({
        request: request.raw,
        response: reply.raw,
        requestId: request.id,
        peer: request.ip,
        path: `/v1/${rest}${search(request.url)}`,
        body,
        route,
        endpoints,
        log,
        answered(status) {
          requestsTotal.inc({ status })
          firstByteSeconds.observe((performance.now() - startedAt) / 1000)
        },
      })
    } catch (error) {
      answerRaw(reply, request.id, error, log)
    } finally {
      requestsInFlight.dec()
    }
  }

  await app.register(async (api) => {
    api.removeAllContentTypeParsers()
    // Bodies are read, or passed on, where it is known for whom.
    api.addContentTypeParser('*', (_request, _payload, done) => done(null))
    api.setErrorHandler((error, request, reply) => {
      const told = asInferenceError(error, request, log)
      requestsTotal.inc({ status: told.status })
      return sendError(reply, told)
    })
    const guarded = (handler: Handler) => async (request: FastifyRequest, reply: FastifyReply) =>
      handler(request, reply, await authorize(options.verifier, request))

    api.get(
      '/v1/models',
      guarded(async (_request, _reply, { tenantId }) => ({
        object: 'list',
        data: servedModels(cluster.current(), tenantId),
      })),
    )
    api.get<{ Params: { model: string } }>(
      '/v1/models/:model',
      guarded(async (request, _reply, { tenantId }) => {
        const { model } = request.params as { model: string }
        const found = servedModels(cluster.current(), tenantId).find(({ id }) => id === model)
        if (!found) throw notFound(`The model ${model}`)
        return found
      }),
    )
    api.get('/v1/*', async (request) => {
      throw notFound(`GET ${request.url.split('?')[0]}`)
    })
    api.post(
      '/v1/*',
      guarded(async (request, reply, { tenantId }) => {
        const body = await readBody(request.raw)
        const model = modelOf(body)
        const route = chooseServer(cluster.current(), { model, tenantId }, busy)
        if (!route) throw notFound(`A server with the name or model ${model}`)
        return send(request, reply, route, rest(request), body)
      }),
    )
    api.route({
      method: ['GET', 'POST'],
      url: `/:server(^${uuid}$)/v1/*`,
      handler: guarded(async (request, reply, caller) => {
        const { server } = request.params as { server: string }
        const serverId = server.toLowerCase()
        const route = cluster.current().get(serverId)
        if (route?.tenantId !== caller.tenantId) {
          throw await explainAbsence(servers, serverId, { caller, requestId: request.id })
        }
        const body = request.method === 'GET' ? null : await readBody(request.raw)
        return send(request, reply, route, rest(request), body)
      }),
    })
    api.get(`/:server(^${uuid}$)`, async (request, reply) => {
      const { server } = request.params as { server: string }
      const base = `${publicUrl}/${server.toLowerCase()}/v1`
      return reply.code(404).send({ message: `The OpenAI API of this server is at ${base}.`, base })
    })
  })
}

const rest = (request: FastifyRequest) => (request.params as { '*': string })['*']

function search(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at)
}

async function authorize(verifier: TokenVerifier, request: FastifyRequest): Promise<TenantCaller> {
  const caller = await verifier.verify(bearerToken(request.headers.authorization))
  const { tenantId } = caller
  if (!caller.scopes.has(scope)) {
    throw new InferenceError(
      403,
      'forbidden',
      `This needs the scope ${scope}, which the token does not have.`,
      {
        type: 'permission_error',
      },
    )
  }
  if (!tenantId) {
    throw new InferenceError(403, 'forbidden', 'This token belongs to no tenant.', {
      type: 'permission_error',
    })
  }
  return { ...caller, tenantId }
}

function asInferenceError(error: unknown, request: FastifyRequest, log: Log): InferenceError {
  if (error instanceof InferenceError) return error
  if (error instanceof TokenError && error.reason === 'unavailable') {
    return new InferenceError(503, 'auth_unavailable', error.message, { headers: { 'retry-after': '1' } })
  }
  if (error instanceof TokenError) {
    return new InferenceError(401, 'invalid_token', error.message, {
      type: 'authentication_error',
      headers: { 'www-authenticate': `Bearer realm="berth", error="invalid_token"` },
    })
  }
  log.error({ err: error, requestId: request.id }, 'an inference request failed inside')
  return new InferenceError(
    500,
    'internal_error',
    `Something broke here; the log has it under ${request.id}.`,
  )
}

/** Answers a failure after fastify has let go of the response. */
function answerRaw({ raw }: FastifyReply, requestId: string, error: unknown, log: Log): void {
  const told =
    error instanceof InferenceError
      ? error
      : new InferenceError(500, 'internal_error', `Something broke here; the log has it under ${requestId}.`)
  if (told !== error) log.error({ err: error, requestId }, 'an inference request failed inside')
  requestsTotal.inc({ status: told.status })
  if (raw.headersSent || raw.destroyed) {
    raw.destroy()
    return
  }
  const { message, type, param, code } = told
  raw.writeHead(told.status, {
    'content-type': 'application/json',
    'x-request-id': requestId,
    ...told.headers,
  })
  raw.end(JSON.stringify({ error: { message, type, param, code } }))
}
