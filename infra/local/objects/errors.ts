/** S3 API reference, "Error responses": those that are not 400. XMinioStorageFull is MinIO's; S3 has no full disk. */
const statuses: Record<string, number> = {
  AccessDenied: 403,
  AccessForbidden: 403,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XMinioStorageFull: 507,
}

export class S3Error extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string) {
    super(message)
    this.name = 'S3Error'
    this.code = code
    this.status = statuses[code] ?? 400
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
