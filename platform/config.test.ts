import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigurationError, flag, json, list, port, readEnvironment, secret, url } from './config.ts'

const Settings = z.object({
  PORT: port(),
  MODELS_URL: url(),
  CLIENT_SECRET: secret(8),
  CLIENTS: json(z.array(z.object({ id: z.string() }))).default([]),
  HOSTS: list().default([]),
  VERBOSE: flag().default(false),
})

test('reads every kind of setting', () => {
  const environment = {
    PORT: '4001',
    MODELS_URL: 'http://models:80/',
    CLIENT_SECRET: 'long enough',
    CLIENTS: '[{"id":"operator"}]',
    HOSTS: 'a, b,,c ',
    VERBOSE: 'on',
  }
  expect(readEnvironment(Settings, environment)).toEqual({
    PORT: 4001,
    MODELS_URL: 'http://models:80',
    CLIENT_SECRET: 'long enough',
    CLIENTS: [{ id: 'operator' }],
    HOSTS: ['a', 'b', 'c'],
    VERBOSE: true,
  })
})

test('tells of every mistake at once, and repeats no value', () => {
  const read = () => readEnvironment(Settings, { PORT: 'many', CLIENT_SECRET: 'tiny', CLIENTS: '{' })
  expect(read).toThrow(ConfigurationError)
  expect(read).toThrow(
    /PORT: .*\n.*MODELS_URL: is missing\n.*CLIENT_SECRET: must be a secret of at least 8.*\n.*CLIENTS: must be JSON/,
  )
  expect(read).not.toThrow(/tiny|many/)
})

test('an empty variable is an absent one', () => {
  expect(() => readEnvironment(z.object({ PORT: port() }), { PORT: '' })).toThrow('PORT: is missing')
})
