import ipaddr from 'ipaddr.js'

/** What the Internet routes of IPv6 (RFC 4291, section 2.4; IANA has given out nothing else). */
const globalV6 = ipaddr.parseCIDR('2000::/3')

/**
 * Whether an IP address is a public one: no loopback, link-local, private, shared, reserved, multicast or documentation
 * address, and no IPv6 address that stands for such a one of IPv4.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(globalV6)
}

/** The IP address that a URL's host literally is, or undefined for a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return ipaddr.isValid(host) ? host : undefined
}
