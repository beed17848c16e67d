import { expect, test } from 'vitest'
import { readRevocation, readTokenRequest } from './request.ts'

const failure = (code: string, words: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(words) })

test('each grant is read with its parameters, and unknown ones are left out', () => {
  expect(
    readTokenRequest({ grant_type: 'password', username: 'ada', password: 'secret phrase', colour: 'blue' }),
  ).toEqual({ grant_type: 'password', username: 'ada', password: 'secret phrase' })
  expect(readTokenRequest({ grant_type: 'refresh_token', refresh_token: 'abc', scope: '' })).toEqual({
    grant_type: 'refresh_token',
    refresh_token: 'abc',
  })
  expect(readTokenRequest({ grant_type: 'client_credentials', audience: 'berth-models' })).toEqual({
    grant_type: 'client_credentials',
    audience: 'berth-models',
  })
})

test.each([
  ['no body', undefined, 'invalid_request', /form or as one JSON object/],
  ['a list', [], 'invalid_request', /form or as one JSON object/],
  ['no grant', {}, 'invalid_request', /grant_type is missing/],
  ['an unknown grant', { grant_type: 'implicit' }, 'unsupported_grant_type', /password, refresh_token/],
  ['no password', { grant_type: 'password', username: 'ada' }, 'invalid_request', /password is missing/],
  [
    'an empty password',
    { grant_type: 'password', username: 'ada', password: '' },
    'invalid_request',
    /is missing/,
  ],
  ['a repeated one', { grant_type: ['password', 'password'] }, 'invalid_request', /more than once/],
  ['a number', { grant_type: 'password', username: 7, password: 'x' }, 'invalid_request', /must be a string/],
  [
    'a huge one',
    { grant_type: 'password', username: 'ada', password: 'x'.repeat(5_000) },
    'invalid_request',
    /password is too long/,
  ],
])('%s is refused', (_what, body, code, words) => {
  expect(() => readTokenRequest(body)).toThrow(failure(code, words))
})

test('a revocation needs its token', () => {
  expect(readRevocation({ token: 'abc' })).toEqual({ token: 'abc' })
  expect(() => readRevocation({})).toThrow(failure('invalid_request', /token is missing/))
})
