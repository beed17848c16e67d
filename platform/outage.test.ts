import { expect, test } from 'vitest'
import { isDatabaseAway } from './outage.ts'

const withCode = (code: string) => Object.assign(new Error('x'), { code })

test.each([
  ['a refused connection', withCode('ECONNREFUSED'), true],
  ['a server that shuts down', withCode('57P01'), true],
  ['a server that starts', withCode('57P03'), true],
  ['a connection that broke', withCode('08006'), true],
  ['one that the driver tells by words', new Error('Connection terminated unexpectedly'), true],
  ['one inside a failed query', Object.assign(new Error('x'), { driverError: withCode('57P01') }), true],
  ['one that caused another', new Error('x', { cause: withCode('ECONNRESET') }), true],
  ['a broken rule', withCode('23505'), false],
  ['a mistake in the SQL', withCode('42601'), false],
  ['no error at all', 'Connection terminated', false],
])('%s', (_name, error, away) => expect(isDatabaseAway(error)).toBe(away))
