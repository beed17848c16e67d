import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseTarget } from './request.ts'
import { canonicalRequest, requestSignature, signingKey, uriEncode, verify } from './signature.ts'

const NOW = Date.UTC(2025, 0, 31, 12, 0, 0)
const DATE = '20250131T120000Z'
const SCOPE = '20250131/us-east-1/s3/aws4_request'
const EMPTY = createHash('sha256').digest('hex')
const trust = { credentials: new Map([['reader', 'open sesame']]), region: 'us-east-1', now: () => NOW }
const key = signingKey('open sesame', '20250131', 'us-east-1')

function incoming(url: string, headers: Record<string, string>): IncomingMessage {
  const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return { method: 'GET', url, headersDistinct } as unknown as IncomingMessage
}

function signed(
  url: string,
  changes: { date?: string; region?: string; headers?: Record<string, string> } = {},
) {
  const date = changes.date ?? DATE
  const headers = { host: 'store:9000', 'x-amz-content-sha256': EMPTY, 'x-amz-date': date }
  const target = parseTarget(url)
  const canonical = canonicalRequest('GET', target, Object.entries(headers), EMPTY)
  const scope = SCOPE.replace('us-east-1', changes.region ?? 'us-east-1')
  const authorization =
    `AWS4-HMAC-SHA256 Credential=reader/${scope}, SignedHeaders=${Object.keys(headers).join(';')}, ` +
    `Signature=${requestSignature(key, date, scope, canonical)}`
  return incoming(url, { ...headers, authorization, ...changes.headers })
}

function presigned(expires: string, date = DATE) {
  const query = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `reader/${SCOPE}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', expires],
    ['X-Amz-SignedHeaders', 'host'],
  ] as const
  const canonical = canonicalRequest(
    'GET',
    { path: '/b/k', query },
    [['host', 'store:9000']],
    'UNSIGNED-PAYLOAD',
  )
  const pairs = [...query, ['X-Amz-Signature', requestSignature(key, date, SCOPE, canonical)] as const]
  return `/b/k?${pairs.map(([name, value]) => `${name}=${uriEncode(value)}`).join('&')}`
}

const check = (request: IncomingMessage, now = NOW) =>
  verify(request, parseTarget(request.url ?? ''), { ...trust, now: () => now })

describe('canonicalRequest', () => {
  it('encodes each byte once, keeps dots and slashes, and sorts the query by encoded name and value', () => {
    const target = parseTarget("/b/a/../%C3%A9 +%2B('*)~%00?prefix=z%2Fz&a=2&a=1&uploads&A=+")
    const lines = canonicalRequest('GET', target, [['host', '  two   spaces ']], EMPTY).split('\n')
    expect(lines).toEqual([
      'GET',
      '/b/a/../%C3%A9%20%2B%2B%28%27%2A%29~%00',
      'A=%20&a=1&a=2&prefix=z%2Fz&uploads=',
      'host:two spaces',
      '',
      'host',
      EMPTY,
    ])
  })
})

describe('verify', () => {
  it('accepts a signed header and says what it covers', () => {
    expect(check(signed('/b/k?list-type=2'))).toMatchObject({ payload: EMPTY })
  })

  it.each([
    ['AccessDenied', incoming('/b/k', { host: 'store:9000' })],
    ['AuthorizationHeaderMalformed', incoming('/b/k', { authorization: 'Basic b3BlbjpzZXNhbWU=' })],
    ['AuthorizationHeaderMalformed', signed('/b/k', { region: 'eu-west-1' })],
    ['RequestTimeTooSkewed', signed('/b/k', { date: '20250131T114459Z' })],
    ['AccessDenied', signed('/b/k', { headers: { 'x-amz-copy-source': '/b/secret' } })],
    ['SignatureDoesNotMatch', signed('/b/k', { headers: { host: 'elsewhere' } })],
  ])('refuses with %s', (code, request) => {
    expect(() => check(request)).toThrow(expect.objectContaining({ code }))
  })

  it('honours a presigned URL to its last second and no longer', () => {
    const request = incoming(presigned('60'), { host: 'store:9000' })
    expect(check(request, NOW + 60_000)).toMatchObject({ payload: 'UNSIGNED-PAYLOAD' })
    expect(() => check(request, NOW + 60_001)).toThrow('Request has expired')
    expect(() => check(request, NOW - 15 * 60_000 - 1)).toThrow('not valid yet')
  })

  it.each(['0', '604801', '-5', '1e3', ''])('refuses a presigned URL with the lifetime "%s"', (expires) => {
    const request = incoming(presigned(expires), { host: 'store:9000' })
    expect(() => check(request)).toThrow(
      expect.objectContaining({ code: 'AuthorizationQueryParametersError' }),
    )
  })
})
