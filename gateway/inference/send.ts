import type { Log } from '@berth/platform/log'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { keepHeaders } from '../secure-headers.ts'
import type { ClusterRoutes } from './cluster.ts'
import type { Endpoints } from './endpoints.ts'
import { asInferenceError, errorBody, notReady } from './errors.ts'
import { forward } from './forward.ts'
import { firstByteSeconds, requestsInFlight, requestsTotal } from './metrics.ts'
import { untilEndpoint } from './readiness.ts'
import type { Route } from './routing.ts'

/** Sends a request to a server's pods; the answer goes out past fastify, as it comes. */
export type Send = (
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  body: Buffer | null,
) => Promise<void>

export function createSend(options: { cluster: ClusterRoutes; endpoints: Endpoints; log: Log }): Send {
  const { cluster, endpoints, log } = options
  return async (request, reply, known, body) => {
    const route = await untilEndpoint(cluster, known)
    if (route.endpoints.length === 0) {
      throw notReady(route.name, `it is ${route.phase}. ${route.message ?? ''}`.trim())
    }
    const startedAt = performance.now()
    keepHeaders(reply)
    reply.hijack()
    requestsInFlight.inc()
    try {
      await forward({
        request: request.raw,
        response: reply.raw,
        requestId: request.id,
        peer: request.ip,
        // As it was sent: what is encoded in it stays so.
        path: request.url.slice(request.url.indexOf('/v1/')),
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
      answerFailure(reply, request.id, error, log)
    } finally {
      requestsInFlight.dec()
    }
  }
}

/** Answers a failure after fastify has let go of the response. */
function answerFailure({ raw }: FastifyReply, requestId: string, error: unknown, log: Log): void {
  const told = asInferenceError(error, requestId, log)
  requestsTotal.inc({ status: told.status })
  if (raw.headersSent || raw.destroyed) {
    raw.destroy()
    return
  }
  raw.writeHead(told.status, {
    'content-type': 'application/json',
    'x-request-id': requestId,
    ...told.headers,
  })
  raw.end(JSON.stringify(errorBody(told)))
}
