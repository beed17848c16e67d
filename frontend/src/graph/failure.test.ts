import { CombinedError } from '@urql/core'
import { expect, test } from 'vitest'
import { endsInPassing, failureText, problemOf } from './failure.ts'

test('a request that did not arrive is told apart from one that was refused', () => {
  expect(failureText(new CombinedError({ networkError: new Error('refused') }))).toMatch(/cannot be reached/)
  expect(failureText(new CombinedError({ graphQLErrors: ['Sign in first.'] }))).toBe('Sign in first.')
})

test('what ends a subscription for now is told apart from what ends it for good', () => {
  expect(endsInPassing([{ message: 'Away.', extensions: { code: 'SERVICE_UNAVAILABLE' } }])).toBe(true)
  expect(endsInPassing([{ message: 'None.', extensions: { code: 'NOT_FOUND' } }])).toBe(false)
  expect(endsInPassing(new CloseEvent('close', { code: 4005 }))).toBe(true)
  expect(endsInPassing(new CloseEvent('close', { code: 4401 }))).toBe(false)
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
