import { createLog } from '@berth/platform/log'
import { fastify } from 'fastify'
import { beforeEach, expect, test } from 'vitest'
import { type Passwords, TooBusyError } from '../identity/password.ts'
import type { Role } from '../identity/roles.ts'
import type { User } from '../identity/user.ts'
import { SlowDownError } from '../throttle/attempts.ts'
import { createClients } from './client.ts'
import { serveTokens } from './endpoint.ts'
import { createGrants, type GrantOptions } from './grants.ts'

const tenant = {
  id: '9b1d2c3e-4f5a-4b6c-8d7e-0f1a2b3c4d5e',
  name: 'ada',
  namespace: 'berth-ada',
  createdAt: new Date(0),
}
const ada: User = {
  id: '0f0c5a2e-5a8e-4a3f-9d5e-6a4b3c2d1e0f',
  username: 'ada',
  email: null,
  role: 'USER',
  passwordHash: 'right',
  tenant,
  createdAt: new Date(0),
}

/** What the endpoint did, in order: tokens are readable here, and the database is a list of events. */
let events: string[]
let role: Role
const rightPassword: Passwords = {
  hash: async (password) => password,
  verify: async (password, hash) => password === hash,
}

beforeEach(() => {
  events = []
  role = 'USER'
})

async function serve(replaced: Partial<GrantOptions> = {}) {
  const sessions: GrantOptions['sessions'] = {
    start: async (_user, scopes) => `refresh:${scopes.length}`,
    rotate: async (_token, _address, narrow) => {
      const user = { ...ada, role }
      const session = {
        user,
        scope: 'models:read users:admin',
        id: '',
        address: '',
        revokedAt: null,
        revokedFor: null,
      }
      const scopes = narrow({ ...session, createdAt: new Date(0), expiresAt: new Date(0) })
      return { user, scopes, refreshToken: 'next' }
    },
    end: async (token) => void events.push(`end ${token}`),
  }
  const grants = createGrants({
    accounts: {
      userByName: async (name) => (name === 'ada' ? ada : undefined),
      tenantById: async (id) => (id === tenant.id ? tenant : undefined),
    },
    passwords: rightPassword,
    attempts: {
      begin: async (username, address) => {
        events.push(`begin ${username} ${address}`)
        return {
          succeeded: async () => void events.push('succeeded'),
          withdrawn: async () => void events.push('withdrawn'),
        }
      },
    },
    sessions,
    keys: { sign: async (claims, to) => JSON.stringify({ ...claims, aud: to.audience, sub: to.subject }) },
    accessTokenLife: 3_600,
    ...replaced,
  })
  const app = fastify()
  await serveTokens(app, {
    grants,
    sessions,
    clients: createClients([
      {
        clientId: 'servers',
        secret: 'a secret of servers',
        anyTenant: true,
        grants: { 'berth-models': ['models:read', 'models:write'] },
      },
    ]),
    addressOf: () => '203.0.113.7',
    log: createLog('test', 'silent'),
  })
  return async (
    payload: Record<string, string> | string | undefined,
    url = '/auth/token',
    headers = {},
    method: 'POST' | 'GET' = 'POST',
  ) => {
    const response = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
    return { status: response.statusCode, headers: response.headers, body: response.json() }
  }
}

const signIn = { grant_type: 'password', username: 'ada', password: 'right' }
const asForm = { 'content-type': 'application/x-www-form-urlencoded' }

test('what is not there is told in the shape of a token error', async () => {
  const post = await serve()
  expect(await post(undefined, '/auth/token?x=1', {}, 'GET')).toMatchObject({
    status: 405,
    headers: { allow: 'POST' },
    body: { error: 'invalid_request', error_description: 'Send /auth/token a POST.' },
  })
  expect(await post(undefined, '/auth/tokens', {}, 'GET')).toMatchObject({
    status: 404,
    body: { error_description: 'There is nothing at GET /auth/tokens.' },
  })
})

test('a password is exchanged for tokens that nothing may keep', async () => {
  const post = await serve()
  const { status, headers, body } = await post(signIn)
  expect(status).toBe(200)
  expect(headers['cache-control']).toBe('no-store')
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, refresh_token: 'refresh:5' })
  expect(JSON.parse(body.access_token)).toMatchObject({
    sub: ada.id,
    aud: 'berth-api',
    username: 'ada',
    tenant: tenant.id,
    namespace: 'berth-ada',
    scope: body.scope,
  })
  expect(events).toEqual(['begin ada 203.0.113.7', 'succeeded'])
})

test('the same as a form, with fewer scopes', async () => {
  const post = await serve()
  const form = new URLSearchParams({ ...signIn, scope: 'servers:invoke' }).toString()
  expect((await post(form, '/auth/token', asForm)).body).toMatchObject({ scope: 'servers:invoke' })
})

test.each([
  ['a wrong password', { ...signIn, password: 'wrong' }, 'begin ada 203.0.113.7'],
  ['an unknown user', { ...signIn, username: 'grace' }, 'begin grace 203.0.113.7'],
  [
    'a name that no user can have counts for the address',
    { ...signIn, username: 'A!' },
    'begin undefined 203.0.113.7',
  ],
])('%s is counted, and told in the same words', async (_what, request, event) => {
  const post = await serve()
  const { status, body } = await post(request)
  expect(status).toBe(400)
  expect(body).toEqual({
    error: 'invalid_grant',
    error_description: 'The username or the password is wrong.',
  })
  expect(events).toEqual([event])
})

test('whoever guesses too often is told when to come back', async () => {
  const post = await serve({
    attempts: { begin: () => Promise.reject(new SlowDownError(3_400, 'failed sign-ins')) },
  })
  const { status, headers, body } = await post(signIn)
  expect([status, headers['retry-after'], body.error]).toEqual([429, '4', 'slow_down'])
})

test('an attempt that was never looked at is not counted', async () => {
  const busy = { ...rightPassword, verify: () => Promise.reject(new TooBusyError('busy')) }
  const post = await serve({ passwords: busy })
  expect(await post(signIn)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  expect(events.at(-1)).toBe('withdrawn')
})

test('a refresh loses what the role no longer grants', async () => {
  const post = await serve()
  const refresh = { grant_type: 'refresh_token', refresh_token: 'old' }
  expect((await post(refresh)).body).toMatchObject({ scope: 'models:read', refresh_token: 'next' })
  role = 'ADMIN'
  expect((await post(refresh)).body).toMatchObject({ scope: 'models:read users:admin' })
  expect((await post({ ...refresh, scope: 'servers:read' })).body.error).toBe('invalid_scope')
})

const asServers = {
  grant_type: 'client_credentials',
  client_id: 'servers',
  client_secret: 'a secret of servers',
}

test('a service signs in as itself, and for a tenant', async () => {
  const post = await serve()
  const { body } = await post({ ...asServers, scope: 'models:read', tenant: tenant.id })
  expect(body).not.toHaveProperty('refresh_token')
  expect(JSON.parse(body.access_token)).toEqual({
    sub: 'servers',
    client_id: 'servers',
    aud: 'berth-models',
    scope: 'models:read',
    tenant: tenant.id,
    namespace: 'berth-ada',
  })
})

test.each([
  ['no client', { grant_type: 'client_credentials' }, 401, 'invalid_client'],
  ['a wrong secret', { ...asServers, client_secret: 'wrong' }, 401, 'invalid_client'],
  ['another audience', { ...asServers, audience: 'berth-auth' }, 400, 'invalid_target'],
  ['another scope', { ...asServers, scope: 'status:publish' }, 400, 'invalid_scope'],
  ['no such tenant', { ...asServers, tenant: ada.id }, 400, 'invalid_request'],
  ['an unknown grant', { grant_type: 'implicit' }, 400, 'unsupported_grant_type'],
])('refused: %s', async (_what, request, status, error) => {
  const post = await serve()
  expect(await post(request)).toMatchObject({ status, body: { error } })
})

test('what is no request at all is answered in the same shape', async () => {
  const post = await serve()
  const json = { 'content-type': 'application/json' }
  for (const answer of [
    await post('{broken', '/auth/token', json),
    await post('<xml/>', '/auth/token', { 'content-type': 'text/xml' }),
    await post('grant_type=password&grant_type=password', '/auth/token', asForm),
    await post(`a=${'x'.repeat(20_000)}`, '/auth/token', asForm),
  ]) {
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  }
})

test('a defect is told by its request id alone', async () => {
  const post = await serve({
    accounts: { userByName: () => Promise.reject(new Error('boom')), tenantById: async () => tenant },
  })
  const { status, body } = await post(signIn)
  expect([status, body.error]).toEqual([500, 'server_error'])
  expect(body.error_description).not.toContain('boom')
})

test('signing out ends the session of a refresh token', async () => {
  const post = await serve()
  expect((await post({ token: 'brt_1' }, '/auth/revoke')).status).toBe(200)
  expect((await post({ token: 'a.b.c' }, '/auth/revoke')).body.error).toBe('unsupported_token_type')
  expect(events).toEqual(['end brt_1'])
})
