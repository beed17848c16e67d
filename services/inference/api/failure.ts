import { GrammarUnfitError } from '../engine/engine.ts'
import { PromptError } from '../engine/prompt.ts'
import { QueueFullError } from '../engine/slots.ts'

/** A request that is answered with an error, in the shape that OpenAI's clients know. */
export class ApiFailure extends Error {
  override name = 'ApiFailure'
  readonly status: number
  readonly code: string
  readonly type: string
  /** The part of the request that is wrong, such as `messages[0].role`. */
  readonly param: string | null
  readonly retryAfterSeconds: number | undefined
  constructor(
    status: number,
    code: string,
    message: string,
    { param = null, retryAfterSeconds }: { param?: string | null; retryAfterSeconds?: number } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.type = typeOf(status)
    this.param = param
    this.retryAfterSeconds = retryAfterSeconds
  }
}

function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string }
}

export function errorBody({ message, type, param, code }: ApiFailure): ErrorBody {
  return { error: { message, type, param, code } }
}

export const shuttingDown = () =>
  new ApiFailure(503, 'server_shutting_down', 'This replica is shutting down; send the request again.', {
    retryAfterSeconds: 1,
  })

export const modelLoading = () =>
  new ApiFailure(503, 'model_loading', 'The model is still loading; try again shortly.', {
    retryAfterSeconds: 1,
  })

/**
 * What an error is to the caller.
 * @returns undefined for a defect, which is logged and told by its request id alone
 */
export function toFailure(error: unknown): ApiFailure | undefined {
  if (error instanceof ApiFailure) return error
  if (error instanceof GrammarUnfitError) return new ApiFailure(400, 'unsupported_grammar', error.message)
  if (error instanceof PromptError) return new ApiFailure(400, 'invalid_prompt', error.message)
  if (error instanceof QueueFullError) {
    const retryAfterSeconds = Math.max(1, Math.ceil(error.roomAfterMs / 1000))
    const next = `At the pace of the last answers there is room in ${retryAfterSeconds} s; try again then.`
    return new ApiFailure(429, 'queue_full', `${error.message} ${next}`, { retryAfterSeconds })
  }
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (!(error instanceof Error) || typeof status !== 'number' || status >= 500) return undefined
  if (status === 413)
    return new ApiFailure(
      413,
      'request_too_large',
      'The request is larger than a prompt that fills the context of this server can be; shorten it.',
    )
  if (status === 415)
    return new ApiFailure(415, 'unsupported_media_type', 'Send the request as application/json.')
  return new ApiFailure(status, 'invalid_request', error.message)
}

/** A defect, as the caller is told of it. */
export function defect(requestId: string): ApiFailure {
  return new ApiFailure(500, 'internal_error', `Something broke here; the log has it under ${requestId}.`)
}
