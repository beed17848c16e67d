import { beforeEach, expect, test, vi } from 'vitest'
import { createSession, SignInError, type Tokens } from './session.ts'
import type { SharedTokens } from './shared-tokens.ts'

const locks: Pick<LockManager, 'request'> = {
  // Tabs take turns: one callback after the other, as the browser's lock manager has it.
  request: (() => {
    let last: Promise<unknown> = Promise.resolve()
    return (_name: string, callback: (lock: null) => unknown) => {
      const turn = last.then(() => callback(null))
      last = turn.catch(() => undefined)
      return turn
    }
  })() as LockManager['request'],
}

const json = (status: number, body: object) => new Response(JSON.stringify(body), { status })
const tokens = (number: number, lifeSeconds = 3600) => ({
  access_token: `access-${number}`,
  refresh_token: `refresh-${number}`,
  expires_in: lifeSeconds,
})

let kept: Tokens | undefined
const shared: SharedTokens = {
  read: async () => kept,
  async write(tokens) {
    kept = tokens
  },
}

beforeEach(() => {
  localStorage.clear()
  kept = undefined
})

test('keeps a person signed in over a reload', async () => {
  const fetch = vi.fn(async () => json(200, tokens(1)))
  await createSession({ storage: localStorage, locks, shared, fetch }).signIn('ann', 'secret')
  const reloaded = createSession({ storage: localStorage, locks, shared, fetch })
  expect(reloaded.isSignedIn()).toBe(true)
  expect(await reloaded.accessToken()).toBe('access-1')
  expect(fetch).toHaveBeenCalledTimes(1)
})

test("says why signing in failed, in the server's words", async () => {
  const fetch = async () => json(400, { error: 'invalid_grant', error_description: 'The password is wrong.' })
  const session = createSession({ storage: localStorage, locks, shared, fetch })
  await expect(session.signIn('ann', 'wrong')).rejects.toThrow(new SignInError('The password is wrong.'))
  expect(session.isSignedIn()).toBe(false)
})

test('renews an old token once, however many ask at the same time', async () => {
  const fetch = vi.fn().mockResolvedValueOnce(json(200, tokens(1, 1)))
  const session = createSession({ storage: localStorage, locks, shared, fetch })
  await session.signIn('ann', 'secret')
  fetch.mockResolvedValueOnce(json(200, tokens(2)))
  const other = createSession({ storage: localStorage, locks, shared, fetch })
  const given = await Promise.all([session.accessToken(), session.accessToken(), other.accessToken()])
  expect(given).toEqual(['access-2', 'access-2', 'access-2'])
  expect(fetch).toHaveBeenCalledTimes(2)
})

test('a tab whose copy of the storage is old takes the token that another has renewed', async () => {
  const fetch = vi.fn().mockResolvedValueOnce(json(200, tokens(1, 1)))
  const session = createSession({ storage: localStorage, locks, shared, fetch })
  await session.signIn('ann', 'secret')
  const old = new Map(Object.entries({ ...localStorage }))
  const storage = {
    getItem: (key: string) => old.get(key) ?? null,
    removeItem: (key: string) => old.delete(key),
  } as unknown as Storage
  const late = createSession({ storage, locks, shared, fetch })
  fetch.mockResolvedValueOnce(json(200, tokens(2)))
  expect(await session.accessToken()).toBe('access-2')
  expect(await late.accessToken()).toBe('access-2')
  expect(fetch).toHaveBeenCalledTimes(2)
  fetch.mockResolvedValueOnce(json(200, {}))
  await late.signOut()
  expect(fetch.mock.lastCall?.[1].body).toContain('refresh-2')
  expect(kept).toBeUndefined()
})

test('signs out when the refresh token is refused, and stays signed in when nobody answers', async () => {
  const fetch = vi.fn().mockResolvedValueOnce(json(200, tokens(1, 1)))
  const session = createSession({ storage: localStorage, locks, shared, fetch })
  const changes = vi.fn()
  await session.signIn('ann', 'secret')
  session.onChange(changes)
  fetch.mockRejectedValueOnce(new TypeError('network'))
  await expect(session.accessToken()).rejects.toThrow('cannot be reached')
  expect(session.isSignedIn()).toBe(true)
  expect(session.whyEnded()).toBeUndefined()
  fetch.mockResolvedValueOnce(json(400, { error: 'invalid_grant', error_description: 'It was used before.' }))
  expect(await session.accessToken()).toBeUndefined()
  expect(session.isSignedIn()).toBe(false)
  expect(session.whyEnded()).toBe('It was used before.')
  expect(changes).toHaveBeenCalledTimes(1)
})

test('tries a refused request again with a new token', async () => {
  const fetch = vi
    .fn()
    .mockResolvedValueOnce(json(200, tokens(1)))
    .mockResolvedValueOnce(json(401, {}))
    .mockResolvedValueOnce(json(200, tokens(2)))
    .mockResolvedValueOnce(json(200, { ok: true }))
  const session = createSession({ storage: localStorage, locks, shared, fetch })
  await session.signIn('ann', 'secret')
  const response = await session.fetch('/graphql', { method: 'POST' })
  expect(response.status).toBe(200)
  expect(fetch.mock.calls[3]?.[1].headers.get('authorization')).toBe('Bearer access-2')
})
