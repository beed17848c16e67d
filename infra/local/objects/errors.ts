/** S3 API reference, "Error responses"; XMinioStorageFull is MinIO's, S3 itself has no full disk. */
const statuses = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
  XMinioStorageFull: 507,
} as const

export type ErrorCode = keyof typeof statuses

export class S3Error extends Error {
  readonly code: ErrorCode
  readonly status: number
  /** Further elements of the error document, such as the region that a signature should have named. */
  readonly details: Record<string, string>

  constructor(code: ErrorCode, message: string, details: Record<string, string> = {}) {
    super(message)
    this.name = 'S3Error'
    this.code = code
    this.status = statuses[code]
    this.details = details
  }
}

/** Node names a full disk by errno, SQLite by its result code 13; a header that cannot be sent is the caller's fault. */
export function translate(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13) {
    return new S3Error('XMinioStorageFull', 'The disk beneath the store is full. Free space and try again.')
  }
  if (code === 'ERR_INVALID_CHAR') {
    return new S3Error('InvalidArgument', 'A response header value holds a character that HTTP cannot carry.')
  }
  return new S3Error('InternalError', 'The store met an error of its own; its log has the request id.')
}
