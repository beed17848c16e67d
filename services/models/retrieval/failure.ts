import { databaseTrouble } from '@berth/platform/outage'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'

/**
 * How a retrieval's step failed: `final` when waiting cannot help, `again` when it can, `own` when it is our own side that
 * has to be mended, which is waited for much longer, `resign` when the signature of the URL is over and a new one helps,
 * `changed` when the source has another content now, which has to be resolved anew. The message is shown to callers: it
 * holds no query string and no secret.
 */
export type FailureKind = 'final' | 'again' | 'own' | 'resign' | 'changed'

export class RetrievalFailure extends Error {
  override name = 'RetrievalFailure'
  readonly kind: FailureKind
  /** How long the source asks to be left alone. */
  readonly waitMs: number
  /** Whether the attempt brought the retrieval further: the store has more of the file than before it. */
  readonly progressed: boolean
  /** The HTTP status that the source refused with. */
  readonly status: number | undefined
  constructor(
    kind: FailureKind,
    message: string,
    { waitMs = 0, progressed = false, status, ...options }: FailureDetails = {},
  ) {
    super(message, options)
    this.kind = kind
    this.waitMs = waitMs
    this.progressed = progressed
    this.status = status
  }
}

interface FailureDetails extends ErrorOptions {
  waitMs?: number
  progressed?: boolean
  status?: number
}

/** What the codes of connections mean to a person (Node's errors, undici's errors). */
const reasons: Record<string, string> = {
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it broke off',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  UND_ERR_SOCKET: 'it broke off',
  UND_ERR_CONNECT_TIMEOUT: 'nothing answers there',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came',
  UND_ERR_BODY_TIMEOUT: 'nothing more came',
  TOO_SLOW: 'hardly anything came',
}

/** What stores answer that have no room left: MinIO and those after it, MinIO's quotas, Ceph's. */
const fullStore = ['XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'QuotaExceeded']

/** What a store answers to a request that was wrong by then, as after its upload was ended; a new attempt looks anew. */
const outdatedRequest = [
  'EntityTooSmall',
  'InvalidPart',
  'InvalidPartOrder',
  'NoSuchKey',
  'NoSuchUpload',
  'NotFound',
  'PreconditionFailed',
]

/** An error's code, or its kind; never its text, which may hold a URL. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Every error as a failure. What nobody foresaw is taken for a disturbance, since attempts are counted. */
export function failureOf(error: unknown, doing: string): RetrievalFailure {
  if (error instanceof RetrievalFailure) return error
  const code = codeOf(error)
  const why = reasons[code] ? `${reasons[code]} (${code})` : code
  return new RetrievalFailure('again', `${doing} failed: ${why}.`, { cause: error })
}

/** An error of our own object store: it is waited for until somebody has mended it. */
export function storeFailure(error: unknown): RetrievalFailure {
  if (error instanceof RetrievalFailure) return error
  const code = codeOf(error)
  if (fullStore.includes(code)) {
    const message = `The object store is full; free space in it, or give it more (${code}).`
    return new RetrievalFailure('own', message, { cause: error })
  }
  const kind = outdatedRequest.includes(code) ? 'again' : 'own'
  return new RetrievalFailure(kind, failureOf(error, 'The object store').message, { cause: error })
}

/** Any error that ended an attempt of a step. Nobody at the source can mend the service's own database. */
export function stepFailure(error: unknown, step: RetrievalStepName): RetrievalFailure {
  const trouble = error instanceof RetrievalFailure ? undefined : databaseTrouble(error)
  if (trouble !== undefined) return new RetrievalFailure('own', trouble, { cause: error })
  return failureOf(error, `The step ${step.toLowerCase()}`)
}

/** Statuses that pass by themselves (RFC 9110, section 15; RFC 6585): time-outs, too many requests, server errors. */
export const passes = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500
