import { unreachable } from '../graph/failure.ts'
import type { SharedTokens } from './shared-tokens.ts'

/** The tokens of a signed-in person, as the browser keeps them over reloads. */
export interface Tokens {
  accessToken: string
  refreshToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** Signing in failed for a reason that the person should read. */
export class SignInError extends Error {
  override name = 'SignInError'
}

export interface Session {
  isSignedIn(): boolean
  /** @throws SignInError */
  signIn(username: string, password: string): Promise<void>
  signOut(): Promise<void>
  /** Why this tab's person was signed out, where that was not asked for. */
  whyEnded(): string | undefined
  /** A token that is good for half a minute at least, or undefined when nobody is signed in. */
  accessToken(): Promise<string | undefined>
  /** `fetch` with the caller's token; asks for a new token and tries once more when the first is refused. */
  fetch: typeof fetch
  /** Calls the listener after each sign-in and sign-out, in this tab or another. Returns how to stop that. */
  onChange(listener: () => void): () => void
}

const key = 'berth.session'
const renewBeforeMs = 30_000

/**
 * Keeps a person signed in. A refresh token is good for one use, so tabs take turns by a lock: a second one would be taken for
 * a stolen token, and end the session. What one tab writes to local storage another may read late, even with the lock: each
 * process has a copy of it. So whose turn it is looks at the shared tokens first.
 */
export function createSession(browser: {
  storage: Storage
  locks: Pick<LockManager, 'request'>
  shared: SharedTokens
  fetch?: typeof fetch
}): Session {
  const { storage, locks, shared } = browser
  const send: typeof fetch = browser.fetch ?? ((...args) => fetch(...args))
  const listeners = new Set<() => void>()
  let whyEnded: string | undefined
  const tell = () => {
    for (const listener of listeners) listener()
  }
  globalThis.addEventListener?.('storage', (event) => {
    if (event.key === key && (event.oldValue === null) !== (event.newValue === null)) tell()
  })

  function read(): Tokens | undefined {
    try {
      const text = storage.getItem(key)
      return text === null ? undefined : JSON.parse(text)
    } catch {
      storage.removeItem(key)
      return undefined
    }
  }

  const newest = async () => (await shared.read()) ?? read()

  /** Done for this tab at once, and for every tab once the promise is kept. */
  function write(tokens: Tokens | undefined): Promise<void> {
    const was = storage.getItem(key) !== null
    if (tokens) storage.setItem(key, JSON.stringify(tokens))
    else storage.removeItem(key)
    if (was !== (tokens !== undefined)) tell()
    return shared.write(tokens)
  }

  async function ask(body: Record<string, string>): Promise<Tokens> {
    const response = await send('/auth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => {
      throw new Error(unreachable)
    })
    const answer = await response.json().catch(() => ({}))
    if (response.ok) {
      return {
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token,
        expiresAt: Date.now() + answer.expires_in * 1000,
      }
    }
    if (response.status >= 500) throw new Error('Berth cannot answer now. Try again in a moment.')
    throw new SignInError(answer.error_description ?? answer.error ?? `The answer was ${response.status}.`)
  }

  async function renew(stale: string | undefined): Promise<Tokens | undefined> {
    return locks.request(key, async () => {
      const tokens = await newest()
      // Another tab may have renewed it while this one waited.
      if (!tokens || tokens.accessToken !== stale) return tokens
      try {
        const renewed = await ask({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken })
        await write(renewed)
        return renewed
      } catch (error) {
        if (!(error instanceof SignInError)) throw error
        whyEnded = error.message
        await write(undefined)
        return undefined
      }
    })
  }

  async function accessToken(): Promise<string | undefined> {
    const tokens = read()
    if (!tokens) return undefined
    if (tokens.expiresAt - renewBeforeMs > Date.now()) return tokens.accessToken
    return (await renew(tokens.accessToken))?.accessToken
  }

  const withToken = (init: RequestInit | undefined, token: string | undefined): RequestInit => {
    const headers = new Headers(init?.headers)
    if (token) headers.set('authorization', `Bearer ${token}`)
    return { ...init, headers }
  }

  return {
    isSignedIn: () => storage.getItem(key) !== null,
    accessToken,
    whyEnded: () => whyEnded,
    async signIn(username, password) {
      const tokens = await ask({ grant_type: 'password', username, password })
      whyEnded = undefined
      await write(tokens)
    },
    async signOut() {
      const tokens = await newest()
      whyEnded = undefined
      await write(undefined)
      if (!tokens) return
      await send('/auth/revoke', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: tokens.refreshToken }),
      }).catch(() => undefined)
    },
    async fetch(input, init) {
      const token = await accessToken()
      const response = await send(input, withToken(init, token))
      if (response.status !== 401 || token === undefined) return response
      const renewed = await renew(token)
      return renewed ? send(input, withToken(init, renewed.accessToken)) : response
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
