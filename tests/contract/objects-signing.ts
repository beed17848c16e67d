/**
 * Signature version 4 by hand, for requests that the client does not make: from its description ("Authenticating
 * Requests", S3 API reference), not from the store's code.
 */
import { createHash, createHmac } from 'node:crypto'
import { accessKey, secretKey, sha256, url } from './objects-kit.ts'

const region = process.env.OBJECTS_REGION ?? 'us-east-1'

interface Asked {
  method: string
  /** As it stands in the request line: encoded, without a query. */
  path: string
  /** All of them are signed. */
  headers?: Record<string, string>
  /** The value of x-amz-content-sha256; the hash of no bytes by default. */
  payload?: string
  at?: Date
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

function signer(at: Date) {
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretKey}`)
  const sign = (kind: string, ...lines: string[]) =>
    hmac(key, [kind, date, scope, ...lines].join('\n')).toString('hex')
  return { date, scope, sign }
}

function canonical({ method, path }: Asked, query: string, headers: Record<string, string>, payload: string) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`)
  return sha256([method, path, query, ...lines, '', Object.keys(headers).join(';'), payload].join('\n'))
}

const sorted = (headers: Record<string, string>) => Object.fromEntries(Object.entries(headers).sort())

/** A request's headers, and what frames each chunk of a body that is streamed with them: the last one is empty. */
export function signed(asked: Asked) {
  const { date, scope, sign } = signer(asked.at ?? new Date())
  const payload = asked.payload ?? sha256('')
  const headers = sorted({
    ...asked.headers,
    host: new URL(url).host,
    'x-amz-content-sha256': payload,
    'x-amz-date': date,
  })
  let last = sign('AWS4-HMAC-SHA256', canonical(asked, '', headers, payload))
  const names = Object.keys(headers).join(';')
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${names},Signature=${last}`
  const chunk = (data: string) => {
    last = sign('AWS4-HMAC-SHA256-PAYLOAD', last, sha256(''), sha256(data))
    return `${data.length.toString(16)};chunk-signature=${last}\r\n${data}\r\n`
  }
  return { headers: { ...headers, authorization }, chunk }
}

/** A URL for a minute that holds only together with these headers. */
export function presigned(asked: Asked): string {
  const { date, scope, sign } = signer(asked.at ?? new Date())
  const headers = sorted({ ...asked.headers, host: new URL(url).host })
  const query = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${accessKey}/${scope}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', '60'],
    ['X-Amz-SignedHeaders', Object.keys(headers).join(';')],
  ]
    .map((pair) => pair.map((text) => encodeURIComponent(text)).join('='))
    .join('&')
  const signature = sign('AWS4-HMAC-SHA256', canonical(asked, query, headers, 'UNSIGNED-PAYLOAD'))
  return `${url}${asked.path}?${query}&X-Amz-Signature=${signature}`
}

export const contentMd5 = (text: string) => createHash('md5').update(text).digest('base64')

/** A refusal as its status and the code in its document. */
export async function refusal(response: Response): Promise<[number, string | undefined]> {
  return [response.status, (await response.text()).match(/<Code>(\w+)/)?.[1]]
}
