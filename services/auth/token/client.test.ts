import { expect, test } from 'vitest'
import { createClients } from './client.ts'

const clients = createClients([
  {
    clientId: 'servers',
    secret: 'a secret: with %+ in it',
    anyTenant: true,
    grants: { 'berth-models': ['models:read'] },
  },
])
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const encoded = `servers:${encodeURIComponent('a secret: with %+ in it')}`

test('a client signs in by HTTP Basic, or in the body', () => {
  const expected = { clientId: 'servers', anyTenant: true, grants: { 'berth-models': ['models:read'] } }
  expect(clients.authenticate(basic(encoded), {})).toEqual(expected)
  expect(clients.authenticate(basic(encoded.replaceAll('%20', '+')), {})).toEqual(expected)
  expect(
    clients.authenticate(undefined, { client_id: 'servers', client_secret: 'a secret: with %+ in it' }),
  ).toEqual(expected)
})

test('a request without credentials is nobody', () => {
  expect(clients.authenticate(undefined, { client_id: 'servers' })).toBeUndefined()
})

test.each([
  ['a wrong secret', basic('servers:wrong'), {}, 'invalid_client'],
  ['an unknown client', basic('nobody:wrong'), {}, 'invalid_client'],
  ['an empty secret of an unknown client', basic('nobody:'), {}, 'invalid_client'],
  ['a bearer token', 'Bearer abc', {}, 'invalid_client'],
  ['a broken percent sign', basic('servers:%zz'), {}, 'invalid_client'],
  ['a secret without an id', undefined, { client_secret: 'x' }, 'invalid_client'],
  ['two ways at once', basic(encoded), { client_secret: 'x' }, 'invalid_request'],
])('%s is refused', (_what, authorization, body, code) => {
  expect(() => clients.authenticate(authorization, body)).toThrow(expect.objectContaining({ code }))
})
