import { until } from '@berth/kit/condition'
import { ask } from '@berth/kit/graph'
import { askForToken, newPerson, signIn } from '@berth/kit/people'
import { expect, inject, test } from 'vitest'

const berth = inject('berth')
const me = '{ me { id username role tenant { id name namespace } } }'

test('the admin signs in, and the graph knows who that is', async () => {
  const admin = await signIn(berth, 'admin', inject('adminPassword'))
  const { data } = await ask(berth, me, {}, admin.token)
  expect(data).toMatchObject({
    me: { username: 'admin', role: 'ADMIN', tenant: { namespace: 'berth-admin' } },
  })
})

test('somebody new registers, and gets a tenant of their own', async () => {
  const ann = await newPerson(berth, 'ann')
  const { data } = await ask(berth, me, {}, ann.token)
  expect(data).toMatchObject({
    me: {
      username: ann.username,
      role: 'USER',
      tenant: { name: ann.username, namespace: `berth-${ann.username}` },
    },
  })
})

test('registering answers with what is wrong, field by field', async () => {
  const register = (input: object) =>
    ask(
      berth,
      `mutation ($input: RegisterUserInput!) { registerUser(input: $input) {
        __typename ... on Error { message } ... on InvalidInput { field } } }`,
      { input },
    )
  const ann = await newPerson(berth)
  const taken = await register({ username: ann.username, password: 'long enough password' })
  expect(taken.data?.registerUser).toMatchObject({ __typename: 'UsernameTaken' })
  const short = await register({ username: 'somebody-else', password: 'short' })
  expect(short.data?.registerUser).toMatchObject({ __typename: 'InvalidInput', field: 'password' })
  const strange = await register({ username: 'Ünï', password: 'long enough password' })
  expect(strange.data?.registerUser).toMatchObject({ __typename: 'InvalidInput', field: 'username' })
})

test('a refresh token works once; used again, it ends the whole session', async () => {
  const ann = await newPerson(berth)
  const refresh = (token: string) => askForToken(berth, { grant_type: 'refresh_token', refresh_token: token })
  const second = await refresh(ann.refreshToken)
  expect(second.status).toBe(200)
  const stolen = await refresh(ann.refreshToken)
  expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  const honest = await refresh(String(second.body.refresh_token))
  expect(honest).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('the token endpoint takes forms as well, and narrows the scope', async () => {
  const ann = await newPerson(berth)
  const response = await fetch(`${berth}/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      username: ann.username,
      password: ann.password,
      scope: 'models:read',
    }),
  })
  const body = (await response.json()) as { access_token: string; scope: string; token_type: string }
  expect(body).toMatchObject({ scope: 'models:read', token_type: 'Bearer' })
  const { errors } = await ask(berth, '{ servers { edges { node { id } } } }', {}, body.access_token)
  expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
})

test('wrong passwords are refused alike for a known and an unknown name, and slow down', async () => {
  const ann = await newPerson(berth)
  const guess = (username: string) =>
    askForToken(berth, { grant_type: 'password', username, password: 'wrong guess' })
  const [known, unknown] = [await guess(ann.username), await guess('nobody-at-all')]
  expect(known).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(unknown.body).toEqual(known.body)
  await until('a guess has to wait', async () => (await guess(ann.username)).status === 429)
})

test('publishes its keys and where everything is', async () => {
  const discovery = await (await fetch(`${berth}/auth/.well-known/openid-configuration`)).json()
  expect(discovery).toMatchObject({
    issuer: `${berth}/auth`,
    token_endpoint: `${berth}/auth/token`,
    jwks_uri: `${berth}/auth/.well-known/jwks.json`,
  })
  const jwks = (await (await fetch(`${berth}/auth/.well-known/jwks.json`)).json()) as { keys: object[] }
  expect(jwks.keys.length).toBeGreaterThan(0)
  for (const key of jwks.keys) {
    expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' })
    expect(key).not.toHaveProperty('d')
  }
})

test('without a token, or with a broken one, the graph says so', async () => {
  const nobody = await ask(berth, me)
  expect(nobody.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
  const broken = await ask(berth, me, {}, 'not.a.token')
  expect(broken.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
})
