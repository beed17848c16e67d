import type { IncomingHttpHeaders } from 'node:http'

/** Meant for one connection only (RFC 9110, section 7.6.1), or set anew by whoever sends the message on. */
const hopByHop = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Where a request came from, as far as a client says so; a proxy at the edge must not believe it. */
const claimsOfOrigin = /^(?:forwarded|via|x-forwarded-.*|x-real-ip|cookie)$/

type Headers = Record<string, string | string[]>

/** A message's headers without those of its connection, and without those that its `Connection` header names. */
export function endToEnd(headers: IncomingHttpHeaders): Headers {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  const kept: Headers = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.has(name) || named.has(name)) continue
    kept[name] = value
  }
  return kept
}

/** The headers of a request that is sent on, with the id that it goes by here, and the peer that it came from. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  { requestId, peer }: { requestId: string; peer: string },
): Headers {
  const kept = Object.entries(endToEnd(headers)).filter(([name]) => !claimsOfOrigin.test(name))
  return { ...Object.fromEntries(kept), 'x-request-id': requestId, 'x-forwarded-for': peer }
}
