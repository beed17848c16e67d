import { createObjectStore } from '@berth/platform/objects'
import type { Upstream } from '../environment.ts'
import { RetrievalFailure } from '../retrieval/failure.ts'
import { type Download, fetchFile, type Wanted } from './fetch.ts'
import type { Guard } from './guard.ts'
import { parseSource, type SourceRules } from './uri.ts'

/** How long a signed address at an upstream holds. */
const signatureSeconds = 900

/** A URL to fetch from; `expiresAt` (epoch milliseconds) is null where Berth did not sign it. */
export interface SignedUrl {
  url: string
  expiresAt: number | null
}

/** The places that models come from. */
export interface Origins {
  rules: SourceRules
  /** A URL for the file, signed where it lies in an upstream. */
  sign(uri: string): Promise<SignedUrl>
  /** Fetches from a URL of `sign`, guarded where it is a caller's own. */
  fetch(signed: SignedUrl, options?: Pick<Wanted, 'range' | 'ifRange' | 'signal'>): Promise<Download>
}

export function createOrigins(
  upstreams: readonly Upstream[],
  allow: readonly string[],
  guard: Guard,
): Origins {
  const stores = new Map(upstreams.map((upstream) => [upstream.bucket, createObjectStore(upstream)]))
  const rules = { buckets: [...stores.keys()], allow }
  return {
    rules,
    async sign(uri) {
      const source = parseSource(uri, rules)
      if (source.kind === 'https') return { url: source.url.href, expiresAt: null }
      const store = stores.get(source.bucket)
      if (!store)
        throw new RetrievalFailure('final', `The bucket ${source.bucket} is no configured upstream.`)
      const url = await store.presignedGetObject(source.bucket, source.key, signatureSeconds)
      return { url, expiresAt: Date.now() + signatureSeconds * 1_000 }
    },
    fetch: ({ url, expiresAt }, options = {}) =>
      fetchFile({
        url: new URL(url),
        dispatcherFor: expiresAt === null ? (hop) => guard.dispatcherFor(hop) : () => guard.trusted,
        redirects: expiresAt === null ? 'follow' : 'refuse',
        // While the signature holds, a 403 is a real refusal.
        signed: expiresAt !== null && expiresAt <= Date.now() + 5_000,
        ...options,
      }),
  }
}
