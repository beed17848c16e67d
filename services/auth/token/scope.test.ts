import { expect, test } from 'vitest'
import { allScopes, scopesOfRole } from '../identity/roles.ts'
import { narrowScope } from './scope.ts'

test('without a request a token has all that its role grants', () => {
  expect(narrowScope(undefined, scopesOfRole.USER)).toEqual(scopesOfRole.USER)
  expect(narrowScope('', scopesOfRole.ADMIN)).toEqual(allScopes)
})

test('a request narrows, whatever its order and blanks', () => {
  expect(narrowScope('servers:invoke  models:read', scopesOfRole.USER)).toEqual([
    'models:read',
    'servers:invoke',
  ])
})

test('what the role does not grant is refused by name', () => {
  expect(() => narrowScope('models:read users:admin', scopesOfRole.USER)).toThrow(
    expect.objectContaining({ code: 'invalid_scope', message: expect.stringContaining('users:admin') }),
  )
  expect(() => narrowScope('status:publish', scopesOfRole.OPERATOR)).toThrow(/status:publish/)
})
