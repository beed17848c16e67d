/**
 * How a retrieval's step failed: `final` when waiting cannot help, `again` when it can, `resign` when the signature of
 * the URL is over and a new one helps. The message is shown to callers: it holds no query string and no secret.
 */
export type FailureKind = 'final' | 'again' | 'resign'

export class RetrievalFailure extends Error {
  override name = 'RetrievalFailure'
  readonly kind: FailureKind
  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** What a person needs to know of an unforeseen error: its code, or its kind; its text may hold a URL. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Every error as a failure. What nobody foresaw is taken for a disturbance, since attempts are counted. */
export function failureOf(error: unknown, doing: string): RetrievalFailure {
  if (error instanceof RetrievalFailure) return error
  return new RetrievalFailure('again', `${doing} failed: ${nameOf(error)}.`, { cause: error })
}

/** Statuses that pass by themselves (RFC 9110, section 15; RFC 6585): time-outs, too many requests, server errors. */
export const passes = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500
