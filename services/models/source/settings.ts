import { secret, url } from '@berth/platform/config'
import { z } from 'zod'

/** Of an HTTP server: `http(s)://host[:port]`, with the path that `allowed` says. */
const server = (path: 'with a path' | 'without a path') =>
  url().refine(
    (text) => {
      const address = URL.parse(text)
      if (!address || !/^https?:$/.test(address.protocol)) return false
      if (address.username || address.password || address.search || address.hash) return false
      return path === 'with a path' || address.pathname === '/'
    },
    `must be http(s)://host[:port] ${path === 'with a path' ? 'and a path, if any' : 'and no path'}, without keys and a query`,
  )

const upstream = z
  .strictObject({
    /** What `s3://<name>/...` says; the bucket's name where it is absent. */
    name: z
      .string()
      .regex(/^[\w.-]{1,63}$/, 'must be 1 to 63 letters, digits, dots, hyphens and underscores')
      .optional(),
    bucket: z.string().min(1),
    endpoint: server('without a path'),
    region: z.string().min(1).default('us-east-1'),
    accessKey: secret(),
    secretKey: secret(),
    /** Of temporary credentials; whoever runs Berth starts it again with new ones before they end. */
    sessionToken: secret().optional(),
    /**
     * Where the bucket's name stands: in the path, or before the host's name, but for a bucket with a dot in its name, which
     * no https certificate would be good for. At s3.amazonaws.com it stands before the host whatever this says.
     */
    addressing: z.enum(['path', 'virtual-host']).default('path'),
    /** How long a signed address holds; a download that takes longer signs again. A week is the most that S3 takes. */
    signatureSeconds: z.int().min(5).max(604_800).default(900),
  })
  .transform(({ name, ...rest }) => ({ name: name ?? rest.bucket, ...rest }))

/** An S3-compatible store that `s3://<name>/...` sources come from. */
export type Upstream = z.infer<typeof upstream>

export const upstreams = () =>
  z
    .array(upstream)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      'two upstreams have the same name; give one of them another `name`',
    )

/** The base of a hub with the Hugging Face HTTP interface; a mirror may have a path. */
export const hubUrl = () => server('with a path').transform((text) => new URL(text))

/** A header's value (RFC 9110, section 5.5), as far as credentials have any use for it. */
const isValue = (text: string) => /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(text)

const valueRule = 'must be visible ASCII on one line, without blanks at its ends'

export const bearerToken = () => secret().refine(isValue, valueRule)

/**
 * Headers that are about one connection or one message (RFC 9110, sections 7.6.1 and 8.6), and those that a fetch sets
 * itself: to have them from a configuration would break or misdirect requests.
 */
const notCredentials = [
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]

/** No name and no value is repeated in a message, but for the names above: whoever mixed them up has a secret for a name. */
const headers = z.record(z.string(), z.string()).transform((given, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message })
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const)
  for (const [name, value] of entries) {
    // A token (RFC 9110, section 5.6.2).
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) refuse("a header's name has letters, digits and hyphens")
    else if (notCredentials.includes(name)) refuse(`${name} is no credential; take it out`)
    if (!isValue(value)) refuse(`a header's value ${valueRule}`)
  }
  if (entries.length === 0) refuse('holds no header')
  if (new Set(entries.map(([name]) => name)).size < entries.length) refuse('has a header twice')
  return Object.fromEntries(entries)
})

const originHeaders = z.strictObject({
  /** `https://host[:port]`: the scheme, the host and the port that the headers are for, and no other. */
  origin: server('without a path').transform((text) => new URL(text).origin),
  headers,
})

/** Secret headers for the `https://` sources of one origin. */
export type OriginHeaders = z.infer<typeof originHeaders>

export const sourceHeaders = () =>
  z
    .array(originHeaders)
    .refine(
      (all) => new Set(all.map(({ origin }) => origin)).size === all.length,
      'two entries have the same origin; put their headers together',
    )

/** What the service is told of sources: stores, a hub, and what hosts ask of whoever fetches. */
export interface SourceSettings {
  UPSTREAMS: readonly Upstream[]
  /** Hosts, or `host:port`, that may be private and may speak http. */
  BERTH_SOURCE_ALLOW: readonly string[]
  HUB_URL: URL
  /** Shown to the hub's own origin only. */
  HUB_TOKEN?: string | undefined
  SOURCE_HEADERS: readonly OriginHeaders[]
}
