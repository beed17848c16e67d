import type { Log } from '@berth/platform/log'
import { TokenError } from '@berth/platform/tokens'

/** A refusal that is told in OpenAI's shape. */
export class InferenceError extends Error {
  override name = 'InferenceError'
  readonly status: number
  readonly type: string
  readonly code: string
  readonly headers: Record<string, string>
  readonly param: string | null
  constructor(
    status: number,
    code: string,
    message: string,
    { type, headers = {}, param, cause }: ErrorDetails = {},
  ) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.type = type ?? (status >= 500 ? 'server_error' : 'invalid_request_error')
    this.headers = headers
    this.param = param ?? null
  }
}

interface ErrorDetails {
  type?: string
  headers?: Record<string, string>
  /** The field of the request that is wrong. */
  param?: string
  cause?: unknown
}

export function errorBody({ message, type, param, code }: InferenceError) {
  return { error: { message, type, param, code } }
}

export const notFound = (what: string) =>
  new InferenceError(404, 'not_found', `${what} does not exist, or is not yours to use.`)

export const notReady = (name: string, why: string) =>
  new InferenceError(503, 'server_not_ready', `The server ${name} is not ready: ${why}`, {
    headers: { 'retry-after': '5' },
  })

export const wrongMethod = (method: string) =>
  new InferenceError(405, 'method_not_allowed', `There is no ${method} in this API; it has GET and POST.`, {
    headers: { allow: 'GET, POST' },
  })

export const tooLarge = (limit: number) =>
  new InferenceError(413, 'request_too_large', `The request's body is larger than ${limit} bytes.`)

/** What may be told of an error; the rest is logged. */
export function asInferenceError(error: unknown, requestId: string, log: Log): InferenceError {
  if (error instanceof InferenceError) return error
  if (error instanceof TokenError && error.reason === 'unavailable') {
    return new InferenceError(503, 'auth_unavailable', error.message, { headers: { 'retry-after': '1' } })
  }
  if (error instanceof TokenError) {
    return new InferenceError(401, 'invalid_token', error.message, { type: 'authentication_error' })
  }
  log.error({ err: error, requestId }, 'an inference request failed inside')
  return new InferenceError(500, 'internal_error', `Something broke here; the log has it under ${requestId}.`)
}
