import { lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import { RetrievalFailure } from '../retrieval/failure.ts'
import { isPublicAddress, literalAddress } from './addresses.ts'
import { isAllowed } from './uri.ts'

const timeouts = { connect: 10_000, headersTimeout: 20_000, bodyTimeout: 30_000 }

/**
 * Resolves a name as the connection does and refuses it when any of its addresses is not public: a check before the
 * connection alone could be answered differently from the connection itself.
 */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const hidden = addresses.some(({ address }) => !isPublicAddress(address))
    const [first] = addresses
    if (hidden || !first) return callback(notPublic(hostname), '')
    if (options.all) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

const notPublic = (host: string) =>
  new RetrievalFailure(
    'final',
    `${host} is not a public address; sources are public https hosts and configured upstreams.`,
  )

export interface Guard {
  /**
   * The dispatcher that a URL may be fetched with. To be asked for every hop.
   * @throws RetrievalFailure `final` for plain http and for an address that is not public.
   */
  dispatcherFor(url: URL): Dispatcher
  /** For addresses that are configuration, such as an upstream store's. */
  trusted: Dispatcher
  close(): Promise<void>
}

/** Keeps fetches of callers' URLs away from this network (server-side request forgery). */
export function createGuard(allow: readonly string[]): Guard {
  const { connect: timeout, ...rest } = timeouts
  const guarded = new Agent({ ...rest, connect: { timeout, lookup: publicLookup } })
  const trusted = new Agent({ ...rest, connect: { timeout } })
  return {
    dispatcherFor(url) {
      if (isAllowed(url, allow)) return trusted
      if (url.protocol !== 'https:') {
        throw new RetrievalFailure('final', `${url.host} leads to plain http, which anybody may change.`)
      }
      const literal = literalAddress(url)
      if (literal && !isPublicAddress(literal)) throw notPublic(url.host)
      return guarded
    },
    trusted,
    async close() {
      await Promise.all([guarded.destroy(), trusted.destroy()])
    },
  }
}
