import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '@berth/platform/log'
import { type Dispatcher, errors } from 'undici'
import { endToEnd, requestHeaders } from '../headers.ts'
import { chooseEndpoint } from './choice.ts'
import type { Endpoints } from './endpoints.ts'
import { errorBody, InferenceError } from './errors.ts'
import type { Route } from './routing.ts'

export interface Forwarding {
  request: IncomingMessage
  response: ServerResponse
  requestId: string
  peer: string
  /** Path and query at the pod, such as `/v1/chat/completions`. */
  path: string
  body: Buffer | null
  route: Route
  endpoints: Endpoints
  /** Called when the answer's status is known. */
  answered(status: number): void
  log: Log
}

/**
 * Sends a request on to a ready pod, and its answer back as it comes. When the client leaves, the pod is told at once.
 * @throws InferenceError before anything of the answer was sent.
 */
export async function forward(options: Forwarding): Promise<void> {
  const { response, route, endpoints } = options
  const abort = new AbortController()
  const left = () => {
    if (!response.writableFinished) abort.abort()
  }
  response.once('close', left)
  const tried = new Set<string>()
  try {
    for (;;) {
      const origin = chooseEndpoint(
        route.endpoints.filter((known) => !tried.has(known)),
        endpoints.inFlight,
      )
      if (!origin) throw unreachable(route)
      tried.add(origin)
      if (await attempt(options, origin, abort.signal, tried.size)) return
    }
  } finally {
    response.off('close', left)
  }
}

/** @returns false when the pod could not be connected to, and another one may be tried. */
async function attempt(
  options: Forwarding,
  origin: string,
  signal: AbortSignal,
  attempts: number,
): Promise<boolean> {
  const { endpoints, route, log } = options
  const { pool, release } = endpoints.acquire(origin)
  try {
    const answer = await send(options, pool, signal)
    await relay(options, answer, signal)
    return true
  } catch (error) {
    if (signal.aborted) return true
    if (error instanceof InferenceError) throw error
    log.warn({ err: error, serverId: route.serverId, origin }, 'a pod did not answer')
    if (couldNotConnect(error) && attempts < 2) return false
    throw unreachable(route, error)
  } finally {
    release()
  }
}

function send(
  { request, requestId, peer, path, body }: Forwarding,
  pool: Dispatcher,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const headers = requestHeaders(request.headers, { requestId, peer })
  if (body) headers['content-length'] = String(body.length)
  return pool.request({
    path,
    method: request.method === 'GET' || request.method === 'HEAD' ? request.method : 'POST',
    headers,
    body,
    signal,
  })
}

/** Streams an answer to the client, no faster than the client reads. */
async function relay(
  options: Forwarding,
  answer: Dispatcher.ResponseData,
  signal: AbortSignal,
): Promise<void> {
  const { response, requestId, answered, log, route } = options
  const streams = String(answer.headers['content-type'] ?? '').startsWith('text/event-stream')
  answered(answer.statusCode)
  response.writeHead(answer.statusCode, {
    ...endToEnd(answer.headers),
    'x-request-id': requestId,
    ...(streams && { 'x-accel-buffering': 'no' }),
  })
  // A stream's client learns that it was accepted before the first token comes.
  if (streams) response.flushHeaders()
  try {
    for await (const chunk of answer.body) {
      if (!response.write(chunk)) await drained(response, signal)
    }
    response.end()
  } catch (error) {
    if (response.destroyed) return
    if (error instanceof ClientTooSlow) return void response.destroy(error)
    log.warn({ err: error, serverId: route.serverId }, 'an answer broke off')
    if (streams) response.end(`\n\nevent: error\ndata: ${JSON.stringify(errorBody(brokenOff(route)))}\n\n`)
    else response.destroy()
  }
}

/** The pod has the same patience: whoever reads nothing for so long keeps a sequence from others. */
const patienceMs = 30_000

class ClientTooSlow extends Error {
  override name = 'ClientTooSlow'
}

/** Waits until the client has taken what was written. @throws ClientTooSlow */
async function drained(response: ServerResponse, left: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(patienceMs)
  await once(response, 'drain', { signal: AbortSignal.any([left, late]) }).catch((error: unknown) => {
    throw late.aborted ? new ClientTooSlow('The client does not read its answer.') : error
  })
}

const connectFailures = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT'])

function couldNotConnect(error: unknown): boolean {
  if (error instanceof errors.ConnectTimeoutError) return true
  return error instanceof Error && 'code' in error && connectFailures.has(String(error.code))
}

function unreachable(route: Route, cause?: unknown): InferenceError {
  return new InferenceError(
    502,
    'server_unreachable',
    `No pod of the server ${route.name} could be reached; try again shortly.`,
    { headers: { 'retry-after': '1' }, cause },
  )
}

function brokenOff(route: Route): InferenceError {
  return new InferenceError(
    502,
    'stream_broken',
    `The server ${route.name} broke off its answer; send the request again.`,
  )
}
