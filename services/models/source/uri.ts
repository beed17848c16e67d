import { quote } from '@berth/platform/quote'
import { isPublicAddress, literalAddress } from './addresses.ts'
import { type HubAddress, hubFileAt, parseHubUri } from './hub-address.ts'
import { InvalidSource } from './invalid-source.ts'

export { InvalidSource }

/** Where a version's file is to be had. */
export type Source =
  /** `upstream` is the name of a configured one. */
  | { kind: 's3'; upstream: string; key: string }
  | { kind: 'hf'; address: HubAddress }
  /** `url` holds the query string; `shown` does not. */
  | { kind: 'https'; url: URL; shown: string }

export interface SourceRules {
  /** The names of the configured upstreams: those of their buckets, where they have no other. */
  buckets: readonly string[]
  /** Hosts, or `host:port`, that may be private and may speak http. */
  allow: readonly string[]
  /** The model hub's base: the addresses of its files' pages stand for the files. */
  hub?: URL
}

const longest = 2_048

/**
 * Reads a source's address: `s3://bucket/key` in a configured upstream, `hf://org/repository/file` at the model hub, or
 * `https://host/path`.
 * What a host's name resolves to is checked later, at the connection.
 * @throws InvalidSource
 */
export function parseSource(uri: string, rules: SourceRules): Source {
  if (uri.length > longest) throw new InvalidSource(`A source has at most ${longest} characters.`)
  if (hasControl(uri) || !uri.isWellFormed()) {
    throw new InvalidSource('A source has no blanks and no control characters.')
  }
  if (uri.startsWith('s3://')) return parseS3(uri, rules)
  if (uri.startsWith('hf://')) return { kind: 'hf', address: parseHubUri(uri) }
  return parseWeb(uri, rules)
}

function parseS3(uri: string, { buckets }: SourceRules): Source {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/?(.*)$/.exec(uri) ?? []
  if (bucket.includes('@')) {
    throw new InvalidSource(
      'A source holds no keys; those of an upstream are configured. Give s3://<bucket>/<key>.',
    )
  }
  if (!buckets.includes(bucket)) {
    const accepted = buckets.length === 0 ? 'none is configured' : `these are: ${buckets.join(', ')}`
    throw new InvalidSource(`The bucket ${quote(bucket)} is not a configured upstream; ${accepted}.`)
  }
  if (key === '' || Buffer.byteLength(key) > 1_024 || /[?#]/.test(key)) {
    throw new InvalidSource(
      'An s3 source is s3://<bucket>/<key>, its key 1 to 1,024 bytes without a question mark or a hash.',
    )
  }
  // An HTTP client takes such parts for steps up and down, and asks for another object than the one that was signed for.
  if (key.split('/').some((part) => part === '.' || part === '..')) {
    throw new InvalidSource('The key of an s3 source has no part that is . or ..; name the object itself.')
  }
  return { kind: 's3', upstream: bucket, key }
}

function parseWeb(uri: string, rules: SourceRules): Source {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  const buckets = rules.buckets.map((bucket) => `s3://${bucket}/<key>`)
  const accepted = `Give ${[...buckets, 'https://<public host>/<path>', 'hf://<org>/<repository>/<file>'].join(' or ')}.`
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InvalidSource(`This is no source that Berth can retrieve. ${accepted}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidSource(`A source holds no user name and no password. ${accepted}`)
  }
  const address = rules.hub && hubFileAt(url, rules.hub)
  if (address) return { kind: 'hf', address }
  if (url.protocol === 'http:' && !isAllowed(url, rules.allow)) {
    throw new InvalidSource(`${url.host} would be asked by plain http, which anybody may change. ${accepted}`)
  }
  const literal = literalAddress(url)
  if (literal && !isPublicAddress(literal) && !isAllowed(url, rules.allow)) {
    throw new InvalidSource(`${url.host} is no public address. ${accepted}`)
  }
  url.hash = ''
  return { kind: 'https', url, shown: withoutQuery(uri) }
}

/** Whether an operator of Berth exempted the host from the ban on http and on private addresses. */
export const isAllowed = (url: URL, allow: readonly string[]): boolean =>
  allow.includes(url.host) || allow.includes(url.hostname)

/** A source's address as it may be shown: a query string may hold a signature; the name of an uploaded file has none. */
export const withoutQuery = (uri: string): string =>
  uri.startsWith('upload:') ? uri : uri.replace(/[?#].*$/s, '')

const hasControl = (text: string): boolean =>
  [...text].some((character) => character <= ' ' || character === '\u007f')
