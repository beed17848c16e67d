import { createObjectStore } from '@berth/platform/objects'
import { RetrievalFailure } from '../retrieval/failure.ts'
import { type Buffers, createBuffers } from './buffers.ts'
import { type Credentials, type Download, fetchFile, type Wanted } from './fetch.ts'
import type { Guard } from './guard.ts'
import { createHub, type Hub } from './hub.ts'
import { hubUri } from './hub-address.ts'
import type { OriginHeaders, SourceSettings } from './settings.ts'
import { parseSource, type SourceRules } from './uri.ts'

/** As large as makes up for the time that a request takes; all downloads share so many buffers of that size. */
export const rangeBytes = 3 * 2 ** 20
const mostBuffers = 5

/** How long a hub's address is taken to hold: the hub does not say. */
const hubSeconds = 900

/** A URL to fetch from. It holds no credentials of ours but for a signature's: it may rest in a row for a while. */
export interface SignedUrl {
  url: string
  /** When to sign again (epoch milliseconds); null where the address does not end. */
  expiresAt: number | null
  /** A hub led there: it is looked at as carefully as a caller's own, but where it is the hub's. */
  fromHub?: true
}

/** A source's file as it was found: where to fetch it, and what it should be. */
export interface Located {
  /** What to sign from now on: the source's address with its revision held fast, so that contents are never mixed. */
  uri: string
  signed: SignedUrl
  /** As a hub announces them; undefined where nobody says. */
  sha256: string | undefined
  sizeBytes: number | undefined
}

/** The places that models come from. */
export interface Origins {
  rules: SourceRules
  /** For what comes before its turn, of `rangeBytes` each. */
  buffers: Buffers
  /** Says that nobody looks at a chunk of an answer any more: its memory is used again. */
  recycle(chunk: Uint8Array): void
  /**
   * Finds a source's file.
   * @throws RetrievalFailure, or InvalidSource where the configuration has changed since it was registered.
   */
  locate(uri: string, signal?: AbortSignal): Promise<Located>
  /** A URL for the file, signed where it lies in an upstream or at a hub. Errors as of `locate`. */
  sign(uri: string, signal?: AbortSignal): Promise<SignedUrl>
  /** Fetches from a URL of `sign`, guarded where it is a caller's own. */
  fetch(signed: SignedUrl, options?: Pick<Wanted, 'range' | 'ifRange' | 'signal'>): Promise<Download>
}

export function createOrigins(settings: SourceSettings, guard: Guard): Origins {
  const upstreams = new Map(
    settings.UPSTREAMS.map((upstream) => [
      upstream.name,
      {
        bucket: upstream.bucket,
        signatureSeconds: upstream.signatureSeconds,
        store: createObjectStore({ ...upstream, virtualHost: upstream.addressing === 'virtual-host' }),
      },
    ]),
  )
  const hub = createHub(settings.HUB_URL, settings.HUB_TOKEN, guard.trusted)
  const rules = { buckets: [...upstreams.keys()], allow: settings.BERTH_SOURCE_ALLOW, hub: hub.url }
  const waysOf = ways(guard, hub, settings.SOURCE_HEADERS)

  async function locate(uri: string, signal?: AbortSignal): Promise<Located> {
    const source = parseSource(uri, rules)
    const unknown = { uri, sha256: undefined, sizeBytes: undefined }
    if (source.kind === 'https') return { ...unknown, signed: { url: source.url.href, expiresAt: null } }
    if (source.kind === 'hf') {
      const { url, signed, commit, sha256, sizeBytes } = await hub.locate(source.address, signal)
      const address = { ...source.address, revision: commit ?? source.address.revision }
      const there = {
        url: url.href,
        expiresAt: signed ? Date.now() + hubSeconds * 1_000 : null,
        fromHub: true as const,
      }
      return { uri: hubUri(address), signed: there, sha256, sizeBytes }
    }
    const upstream = upstreams.get(source.upstream)
    if (!upstream)
      throw new RetrievalFailure('final', `The bucket ${source.upstream} is no configured upstream.`)
    const { store, bucket, signatureSeconds } = upstream
    const url = await store.presignedGetObject(bucket, source.key, signatureSeconds)
    return { ...unknown, signed: { url, expiresAt: Date.now() + signatureSeconds * 1_000 } }
  }

  return {
    rules,
    buffers: createBuffers(mostBuffers, rangeBytes),
    recycle: guard.recycle,
    locate,
    sign: async (uri, signal) => (await locate(uri, signal)).signed,
    fetch: (signed, options = {}) => fetchFile({ url: new URL(signed.url), ...waysOf(signed), ...options }),
  }
}

type Way = Pick<Wanted, 'dispatcherFor' | 'credentialsFor' | 'redirects' | 'signed'>

/** How an address is to be fetched: what is configuration is trusted, and what others chose is guarded on every hop. */
function ways(
  guard: Guard,
  hub: Hub,
  given: readonly OriginHeaders[],
): (signed: Pick<SignedUrl, 'expiresAt' | 'fromHub'>) => Way {
  const headersOf = new Map(given.map(({ origin, headers }) => [origin, headers]))
  const credentialsFor = ({ origin, host }: URL): Credentials => {
    const headers = headersOf.get(origin)
    if (!headers) return { headers: {}, remedy: remedies.anybody(origin) }
    return { headers, remedy: remedies.headers(host) }
  }
  return ({ expiresAt, fromHub }) => {
    if (fromHub) {
      return {
        dispatcherFor: (hop) => (hop.origin === hub.url.origin ? guard.trusted : guard.dispatcherFor(hop)),
        credentialsFor: (hop) => hub.credentialsFor(hop) ?? credentialsFor(hop),
        redirects: 'follow',
        // A hub does not say for how long its addresses hold: whatever one is refused, the next may be taken.
        signed: expiresAt !== null,
      }
    }
    if (expiresAt === null) {
      return { dispatcherFor: (hop) => guard.dispatcherFor(hop), credentialsFor, redirects: 'follow' }
    }
    return {
      dispatcherFor: () => guard.trusted,
      credentialsFor: () => ({ headers: {}, remedy: remedies.store }),
      redirects: 'refuse',
      // While the signature holds, a 403 is a real refusal.
      signed: expiresAt <= Date.now() + 5_000,
    }
  }
}

const remedies = {
  anybody: (origin: string) =>
    `register an address that anybody may read, or have a platform engineer put headers for ${origin} into SOURCE_HEADERS`,
  headers: (host: string) =>
    `a platform engineer puts headers that ${host} takes into SOURCE_HEADERS; retrieve again then`,
  store: "a platform engineer checks the store's endpoint, region and keys; retrieve again then",
}
