import { createHash, createHmac } from 'node:crypto'

/** A store, at the address at which the bearer of the URL reaches it, and the keys that it knows. */
export interface SigningKeys {
  endpoint: string
  region: string
  accessKey: string
  secretKey: string
}

export interface Presigned {
  method: string
  /** `/<bucket>/<key>`, not encoded. */
  path: string
  query: Record<string, string>
  /** Lower-case names; whoever uses the URL must send just these values. */
  headers: Record<string, string>
  seconds: number
  now?: Date
}

const algorithm = 'AWS4-HMAC-SHA256'

/** RFC 3986's unreserved characters stay; encodeURIComponent leaves five more. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

const encodePairs = (pairs: [string, string][]): string =>
  pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * A URL that carries a signature of version 4 ("Authenticating Requests: Using Query Parameters", S3 API reference)
 * . minio's client signs such URLs, too, but leaves the length of the body out, and with it any
 * limit of what is put there.
 */
export function presign(keys: SigningKeys, { method, path, ...wanted }: Presigned): string {
  const { origin, host } = new URL(keys.endpoint)
  const date = (wanted.now ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/${keys.region}/s3/aws4_request`
  const headers = Object.entries({ ...wanted.headers, host }).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = headers.map(([name]) => name).join(';')
  const encodedPath = path.split('/').map(encode).join('/')
  const query = encodePairs([
    ...Object.entries(wanted.query),
    ['X-Amz-Algorithm', algorithm],
    ['X-Amz-Credential', `${keys.accessKey}/${scope}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(wanted.seconds)],
    ['X-Amz-SignedHeaders', names],
  ])
  const lines = headers.map(([name, value]) => `${name}:${value}`)
  const canonical = [method, encodedPath, query, ...lines, '', names, 'UNSIGNED-PAYLOAD'].join('\n')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const signingKey = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${keys.secretKey}`)
  const signature = hmac(signingKey, [algorithm, date, scope, digest].join('\n')).toString('hex')
  return `${origin}${encodedPath}?${query}&X-Amz-Signature=${signature}`
}
