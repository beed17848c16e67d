import { expect, test } from 'vitest'
import { checkRegistration, type Registration } from './registration.ts'

const ada: Registration = { username: 'ada', password: 'a phrase of some length' }

test.each([ada, { ...ada, email: 'ada@example.org' }, { ...ada, email: null }, { ...ada, email: '' }])(
  '%j breaks no rule',
  (registration) => {
    expect(() => checkRegistration(registration)).not.toThrow()
  },
)

test.each([
  ['username', { ...ada, username: 'admin' }],
  ['username', { ...ada, username: 'Ada' }],
  ['password', { ...ada, password: 'short' }],
  ['email', { ...ada, email: 'ada' }],
  ['email', { ...ada, email: `${'a'.repeat(250)}@example.org` }],
])('the mistake names its field: %s', (field, registration) => {
  expect(() => checkRegistration(registration)).toThrow(expect.objectContaining({ field }))
})
