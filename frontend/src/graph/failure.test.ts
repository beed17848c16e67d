import { CombinedError } from '@urql/core'
import { expect, test } from 'vitest'
import { failureText, problemOf } from './failure.ts'

test('a request that did not arrive is told apart from one that was refused', () => {
  expect(failureText(new CombinedError({ networkError: new Error('refused') }))).toMatch(/cannot be reached/)
  expect(failureText(new CombinedError({ graphQLErrors: ['Sign in first.'] }))).toBe('Sign in first.')
})

test('a mutation tells what its result union says', () => {
  const success = { data: { stopServer: { __typename: 'StopServerSuccess' } } }
  const refusal = {
    data: { stopServer: { __typename: 'ServerNotFound', message: 'There is no such server.' } },
  }
  expect(problemOf(success)).toBeUndefined()
  expect(problemOf(refusal)).toBe('There is no such server.')
  expect(problemOf({ error: new Error('away') })).toBe('away')
})
