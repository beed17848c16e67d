import { expect, test } from 'vitest'
import { environment } from './environment.ts'

const given = { OBJECTS_DATA: '/data', OBJECTS_CREDENTIALS: 'models:a:b, upstream:c' }

test('keys are read in pairs, and a secret may hold colons', () => {
  const { OBJECTS_CREDENTIALS, OBJECTS_BUCKETS, OBJECTS_PORT } = environment(given)
  expect([...OBJECTS_CREDENTIALS]).toEqual([
    ['models', 'a:b'],
    ['upstream', 'c'],
  ])
  expect([OBJECTS_BUCKETS, OBJECTS_PORT]).toEqual([[], 0])
})

test.each(['', 'models', 'models:', ':secret', ','])('the credentials %j are refused', (text) => {
  expect(() => environment({ ...given, OBJECTS_CREDENTIALS: text })).toThrow('OBJECTS_CREDENTIALS')
})
