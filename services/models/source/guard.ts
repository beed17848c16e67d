import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import { RetrievalFailure } from '../retrieval/failure.ts'
import { isPublicAddress, literalAddress } from './addresses.ts'
import { createReadBuffers } from './read-buffers.ts'
import { isAllowed } from './uri.ts'

const readBytes = 128 * 1_024
const timeouts = { connect: 10_000, headersTimeout: 20_000, bodyTimeout: 30_000 }

/**
 * Resolves a name as the connection does and refuses it when any of its addresses is not public: a check before the
 * connection alone could be answered differently from the connection itself.
 */
const publicLookup =
  (resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '')
      const hidden = addresses.some(({ address }) => !isPublicAddress(address))
      const [first] = addresses
      if (hidden || !first) return callback(notPublic(hostname), '')
      if (options.all) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }

/** `lookup` of node:dns, as far as it is used here. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

const notPublic = (host: string) =>
  new RetrievalFailure(
    'final',
    `${host} is not a public address; sources are public https hosts and what is configured. A platform engineer exempts hosts by BERTH_SOURCE_ALLOW.`,
  )

export interface Guard {
  /**
   * The dispatcher that a URL may be fetched with. To be asked for every hop.
   * @throws RetrievalFailure `final` for what is not https and for an address that is not public.
   */
  dispatcherFor(url: URL): Dispatcher
  /** For addresses that are configuration, such as an upstream store's. */
  trusted: Dispatcher
  /** Says that nobody looks at a chunk of an answer any more: its memory is used again. */
  recycle(chunk: Uint8Array): void
  close(): Promise<void>
}

/** Keeps fetches of callers' URLs away from this network (server-side request forgery). */
export function createGuard(allow: readonly string[], resolve: Resolve = lookup): Guard {
  const { connect: timeout, ...rest } = timeouts
  const { onread, recycle } = createReadBuffers(readBytes)
  const guarded = new Agent({ ...rest, connect: { timeout, onread, lookup: publicLookup(resolve) } })
  const trusted = new Agent({ ...rest, connect: { timeout, onread } })
  return {
    dispatcherFor(url) {
      const isTrusted = isAllowed(url, allow)
      if (url.protocol !== 'https:' && !(isTrusted && url.protocol === 'http:')) {
        throw new RetrievalFailure(
          'final',
          `The source leads to ${url.protocol}//${url.host}, and only https is safe from changes on its way; register an address that leads to https.`,
        )
      }
      if (isTrusted) return trusted
      const literal = literalAddress(url)
      if (literal && !isPublicAddress(literal)) throw notPublic(url.host)
      return guarded
    },
    trusted,
    recycle,
    async close() {
      await Promise.all([guarded.destroy(), trusted.destroy()])
    },
  }
}
