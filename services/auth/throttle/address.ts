import { BlockList, isIP } from 'node:net'

/** The address that a request comes from, for counting: an IPv4 address, or the /64 network of an IPv6 one. */
export type ClientAddress = (request: {
  socket: { remoteAddress?: string }
  headers: Readonly<Record<string, string | string[] | undefined>>
}) => string

/**
 * Reads X-Forwarded-For from the right for as long as each address belongs to a trusted proxy: what a client wrote
 * into the header itself stands left of that, and does not count.
 * @param trusted networks as CIDR; a single address stands for itself
 * @throws TypeError naming the network that is none
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = new BlockList()
  for (const network of trusted) {
    const [address = '', prefix] = network.split('/')
    const version = isIP(address)
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix)
    if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > (version === 6 ? 128 : 32)) {
      throw new TypeError(`TRUSTED_PROXIES has ${network}, which is no network such as 10.0.0.0/8.`)
    }
    proxies.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4')
  }
  const isProxy = (address: string) => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress ?? '')
    const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
    while (isIP(address) !== 0 && isProxy(address)) {
      const hop = plain(hops.pop()?.trim() ?? '')
      if (isIP(hop) === 0) break
      address = hop
    }
    return isIP(address) === 6 ? network64(address) : address || 'unknown'
  }
}

/** An IPv4 address that a dual-stack socket shows as IPv6 is itself again. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}

/** One household has a /64 at least, so counting single IPv6 addresses would count nothing. */
function network64(address: string): string {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(8 - left.length - right.length, 0)).fill('0')
  const groups = [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
  return `${groups.join(':')}::/64`
}
