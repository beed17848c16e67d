import type { Caller } from '@berth/platform/tokens'
import { expect, test } from 'vitest'
import { SlowDownError } from '../throttle/attempts.ts'
import { UsernameTakenError } from './registration.ts'
import { type AuthContext, createResolvers, type ResolverOptions } from './resolvers.ts'
import type { User } from './user.ts'

const ada: User = {
  id: '0f0c5a2e-5a8e-4a3f-9d5e-6a4b3c2d1e0f',
  username: 'ada',
  email: null,
  role: 'USER',
  passwordHash: '$argon2id$secret',
  tenant: {
    id: '9b1d2c3e-4f5a-4b6c-8d7e-0f1a2b3c4d5e',
    name: 'ada',
    namespace: 'berth-ada',
    createdAt: new Date(0),
  },
  createdAt: new Date(0),
}

const options: ResolverOptions = {
  userById: async (id) => (id === ada.id ? ada : undefined),
  tenantById: async (id) => (id === ada.tenant.id ? ada.tenant : undefined),
  register: async ({ username }) => ({ ...ada, username }),
  registrations: { count: async () => undefined },
}

const caller = (fields: Partial<Caller>): Caller => ({
  kind: 'user',
  subject: ada.id,
  scopes: new Set(),
  tenantId: ada.tenant.id,
  token: 'token',
  expiresAt: 0,
  ...fields,
})

/** Calls a resolver as graphql would: with a context, and without what these resolvers do not look at. */
async function ask(
  type: string,
  field: string,
  first: object,
  as?: Caller,
  given = options,
): Promise<unknown> {
  const resolvers: Record<string, unknown> = { ...createResolvers(given) }
  const found = Object.entries(resolvers[type] ?? {}).find(([name]) => name === field)?.[1]
  if (typeof found !== 'function') throw new Error(`There is no resolver ${type}.${field}.`)
  const context: Partial<AuthContext> = {
    caller: as,
    address: '203.0.113.7',
    log: { info() {} } as Partial<AuthContext['log']> as AuthContext['log'],
  }
  return field === '__resolveReference' ? found(first, context) : found({}, first, context)
}

test('me is the caller, without the password hash', async () => {
  const me = await ask('Query', 'me', {}, caller({}))
  expect(me).toMatchObject({ username: 'ada', tenant: { namespace: 'berth-ada' } })
  expect(JSON.stringify(me)).not.toContain('argon2')
})

test('me is refused to services, and to users who are gone', async () => {
  await expect(ask('Query', 'me', {}, caller({ kind: 'service' }))).rejects.toThrow(/service/)
  await expect(ask('Query', 'me', {}, caller({ subject: ada.tenant.id }))).rejects.toThrow(/no longer/)
})

test('another tenant sees neither the user nor the tenant; an administrator sees both', async () => {
  const stranger = caller({ tenantId: '00000000-0000-4000-8000-000000000000' })
  const administrator = caller({ ...stranger, scopes: new Set(['users:admin']) })
  for (const [type, id] of [
    ['User', ada.id],
    ['Tenant', ada.tenant.id],
  ] as const) {
    expect(await ask(type, '__resolveReference', { id }, caller({}))).toMatchObject({ id })
    expect(await ask(type, '__resolveReference', { id }, administrator)).toMatchObject({ id })
    expect(await ask(type, '__resolveReference', { id }, stranger)).toBeNull()
    expect(await ask(type, '__resolveReference', { id })).toBeNull()
    expect(await ask(type, '__resolveReference', { id: 'no uuid' }, administrator)).toBeNull()
  }
})

const input = { username: 'grace', password: 'a phrase of some length' }

test('registering answers with the user, or with what the caller can do something about', async () => {
  expect(await ask('Mutation', 'registerUser', { input })).toMatchObject({
    __typename: 'RegisterUserSuccess',
    user: { username: 'grace' },
  })
  expect(await ask('Mutation', 'registerUser', { input: { ...input, password: 'short' } })).toMatchObject({
    __typename: 'InvalidInput',
    field: 'password',
  })
  const taken = { ...options, register: () => Promise.reject(new UsernameTakenError('taken')) }
  expect(await ask('Mutation', 'registerUser', { input }, undefined, taken)).toMatchObject({
    __typename: 'UsernameTaken',
  })
})

test('an address that registered too often is told when to come back', async () => {
  const full = {
    ...options,
    registrations: { count: () => Promise.reject(new SlowDownError(90_000, 'registrations')) },
  }
  await expect(ask('Mutation', 'registerUser', { input }, undefined, full)).rejects.toMatchObject({
    extensions: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 90 },
  })
})
