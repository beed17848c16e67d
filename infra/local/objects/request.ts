import type { IncomingMessage } from 'node:http'
import { S3Error } from './errors.ts'

/** Decoded names and values in the order of the request line. */
export type Query = readonly (readonly [name: string, value: string])[]

/** Path-style addressing: an empty bucket is the service itself, an empty key the bucket itself. */
export type Target = { path: string; bucket: string; key: string; query: Query }

export const mostKeyBytes = 1024

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI', `"${text}" is not percent-encoded UTF-8.`)
  }
}

/** The request line is split by hand: a URL parser would fold `..` segments, which are part of a key here. */
export function parseTarget(url: string): Target {
  if (!url.startsWith('/')) throw new S3Error('InvalidURI', 'The request target must be an absolute path.')
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const slash = path.indexOf('/', 1)
  const bucket = decode(slash < 0 ? path.slice(1) : path.slice(1, slash))
  const key = slash < 0 ? '' : decode(path.slice(slash + 1))
  if (Buffer.byteLength(key) > mostKeyBytes) {
    throw new S3Error('KeyTooLongError', `The key is longer than ${mostKeyBytes} bytes.`)
  }
  return { path: decode(path), bucket, key, query: parseQuery(mark < 0 ? '' : url.slice(mark + 1)) }
}

function parseQuery(text: string): Query {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', '%20').split('=')
      return [decode(name), decode(value.join('='))] as const
    })
}

export function parameter(query: Query, name: string): string | undefined {
  return query.find(([found]) => found === name)?.[1]
}

/** A whole number of at least `least`; throws InvalidArgument for anything else. */
export function numberParameter(query: Query, name: string, fallback: number, least = 0): number {
  const text = parameter(query, name)
  if (text === undefined || text === '') return fallback
  if (/^[0-9]{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  throw new S3Error('InvalidArgument', `${name} must be a whole number of at least ${least}.`)
}

/** The one value of a header that may not be repeated. */
export function header(incoming: IncomingMessage, name: string): string | undefined {
  return incoming.headersDistinct[name]?.join(',')
}
