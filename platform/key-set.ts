import jwksRsa from 'jwks-rsa'

/** The public keys of an issuer, by key id. */
export interface KeySet {
  /**
   * The key as PEM, or undefined when the issuer does not publish it.
   * @throws when the keys cannot be read and none that was read before is good enough
   */
  find(kid: string): Promise<string | undefined>
}

export interface KeySetOptions {
  /** After so long the keys are read again. */
  freshMs?: number
  /** For so long a key stays usable while the issuer is away. */
  usableMs?: number
  /** An unknown key id makes the issuer be asked at most this often, however many come. */
  pauseMs?: number
  retryMs?: number
}

interface Read {
  keys: ReadonlyMap<string, string>
  at: number
}

/**
 * Keeps the whole set that an issuer publishes. Whoever makes up key ids costs one request in `pauseMs`, and never keeps
 * out a token whose key is known. Time is monotonic: a clock that jumps ages no key.
 */
export function createKeySet(url: string, options: KeySetOptions = {}): KeySet {
  const { freshMs = 600_000, usableMs = 4_200_000, pauseMs = 6_000, retryMs = 250 } = options
  // Its own cache and limit are by key id, so that strangers could use up the requests that a known key needs.
  const issuer = jwksRsa({ jwksUri: url, cache: false, rateLimit: false, timeout: 3_000 })
  let last: Read | undefined
  let failure: { error: unknown; at: number } | undefined
  let reading: Promise<void> | undefined

  const ageOf = (moment: { at: number } | undefined) =>
    moment ? performance.now() - moment.at : Number.POSITIVE_INFINITY

  async function read(): Promise<void> {
    try {
      const found = await issuer.getSigningKeys()
      last = { keys: new Map(found.map((key) => [key.kid, key.getPublicKey()])), at: performance.now() }
      failure = undefined
    } catch (error) {
      failure = { error, at: performance.now() }
    } finally {
      reading = undefined
    }
  }

  return {
    async find(kid) {
      const isKnown = last?.keys.has(kid) ?? false
      const isDue = ageOf(last) > (isKnown ? freshMs : pauseMs) && ageOf(failure) > retryMs
      if (isDue) reading ??= read()
      if (isDue || !isKnown) await reading
      const key = ageOf(last) < usableMs ? last?.keys.get(kid) : undefined
      if (key === undefined && failure) throw failure.error
      return key
    },
  }
}
