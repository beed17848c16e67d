import type { IncomingMessage } from 'node:http'
import { S3Error } from './errors.ts'

/** Decoded names and values in the order of the request line. */
export type Query = readonly (readonly [name: string, value: string])[]

/** Path-style addressing: an empty bucket is the service itself, an empty key the bucket itself. */
export type Target = { path: string; bucket: string; key: string; query: Query }

const mostKeyBytes = 1024

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI', `"${text}" is not percent-encoded UTF-8.`)
  }
}

/** The request line is split by hand: a URL parser would fold `..` segments, which are part of a key here. */
export function parseTarget(url: string): Target {
  const [, path = '', bucket = '', key = '', query = ''] = url.match(/^(\/([^/?]*)\/?([^?]*))\??(.*)$/s) ?? []
  if (path === '') throw new S3Error('InvalidURI', 'The request target must be an absolute path.')
  const target = { path: decode(path), bucket: decode(bucket), key: decode(key), query: parseQuery(query) }
  if (Buffer.byteLength(target.key) <= mostKeyBytes) return target
  throw new S3Error('KeyTooLongError', `The key is longer than ${mostKeyBytes} bytes.`)
}

function parseQuery(text: string): Query {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const [name = '', ...value] = pair.replaceAll('+', '%20').split('=')
    return [decode(name), decode(value.join('='))] as const
  })
}

export function parameter(query: Query, name: string): string | undefined {
  return query.find(([found]) => found === name)?.[1]
}

/** A whole number; throws InvalidArgument for anything else. */
export function numberParameter(query: Query, name: string, fallback: number): number {
  const text = parameter(query, name) || String(fallback)
  if (/^[0-9]{1,9}$/.test(text)) return Number(text)
  throw new S3Error('InvalidArgument', `${name} must be a whole number.`)
}

/** The one value of a header that may not be repeated. */
export function header(incoming: IncomingMessage, name: string): string | undefined {
  return incoming.headersDistinct[name]?.join(',')
}
