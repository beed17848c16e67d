import { expect, test } from 'vitest'
import { databaseTrouble } from './outage.ts'

const withCode = (code: string) => Object.assign(new Error('x'), { code })

test.each([
  ['a refused connection', withCode('ECONNREFUSED'), 'cannot reach'],
  ['a server that shuts down', withCode('57P01'), 'cannot reach'],
  ['a server that starts', withCode('57P03'), 'cannot reach'],
  ['a connection that broke', withCode('08006'), 'cannot reach'],
  ['one that the driver tells by words', new Error('Connection terminated unexpectedly'), 'cannot reach'],
  ['one inside a failed query', Object.assign(new Error('x'), { driverError: withCode('57P01') }), 'cannot'],
  ['one that caused another', new Error('x', { cause: withCode('ECONNRESET') }), 'cannot reach'],
  ['a statement that was cancelled for its time', withCode('57014'), 'too slowly'],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), 'too slowly'],
  ['a connection that was given up', withCode('ETIMEDOUT'), 'too slowly'],
  ['a full disk', Object.assign(new Error('x'), { driverError: withCode('53100') }), 'is full'],
])('%s', (_name, error, told) => expect(databaseTrouble(error)).toMatch(told))

test.each([
  ['a broken rule', withCode('23505')],
  ['a mistake in the SQL', withCode('42601')],
  ['no error at all', 'Connection terminated'],
])('%s is no trouble of the database', (_name, error) => expect(databaseTrouble(error)).toBeUndefined())
