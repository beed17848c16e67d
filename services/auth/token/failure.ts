/** The error codes of the token endpoint: RFC 6749 section 5.2, RFC 7009, RFC 8707, and our own `slow_down`. */
export type FailureCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'server_error'

const statuses: Partial<Record<FailureCode, number>> = {
  invalid_client: 401,
  slow_down: 429,
  temporarily_unavailable: 503,
  server_error: 500,
}

/** A request for a token that is refused; its message is meant for the caller. */
export class TokenFailure extends Error {
  override name = 'TokenFailure'
  readonly code: FailureCode
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  constructor(code: FailureCode, message: string, retryAfterSeconds?: number) {
    super(message)
    this.code = code
    this.status = statuses[code] ?? 400
    this.retryAfterSeconds = retryAfterSeconds
  }
}
