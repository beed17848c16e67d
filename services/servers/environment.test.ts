import { ConfigurationError } from '@berth/platform/config'
import { expect, test } from 'vitest'
import { environment } from './environment.ts'

const given = {
  PORT: '4003',
  DATABASE_URL: 'postgres://servers@127.0.0.1:5432/servers',
  AUTH_JWKS_URL: 'http://127.0.0.1:4001/auth/.well-known/jwks.json',
  AUTH_TOKEN_URL: 'http://127.0.0.1:4001/auth/token',
  CLIENT_SECRET: 'secret',
  SIGNING_KEY_SECRET: Buffer.alloc(32).toString('base64'),
  MODELS_URL: 'http://127.0.0.1:4002/',
}

test('what is not set has its default', () => {
  const settings = environment(given)
  expect(settings.CONTRACT_ISSUER).toBe('http://127.0.0.1:4000/contract')
  expect(settings.AUTH_ISSUER).toBe('http://127.0.0.1:4000/auth')
  expect(settings.limitsOf('berth-ada')).toEqual({ servers: 10, replicas: 20, cpu: 32, memory: 64 * 2 ** 30 })
})

test('limits can be set for all, and for one tenant', () => {
  const settings = environment({
    ...given,
    LIMIT_MEMORY: '8Gi',
    LIMIT_CPU: '4',
    TENANT_LIMITS: '{"ada": {"memory": "16Gi", "servers": 99}}',
  })
  expect(settings.limitsOf('berth-bob')).toMatchObject({ memory: 8 * 2 ** 30, cpu: 4, servers: 10 })
  expect(settings.limitsOf('berth-ada')).toMatchObject({ memory: 16 * 2 ** 30, cpu: 4, servers: 99 })
})

test('every mistake is told at once', () => {
  const wrong = {
    ...given,
    MODELS_URL: undefined,
    LIMIT_MEMORY: 'lots',
    TENANT_LIMITS: '{"ada": {"gpus": 1}}',
  }
  expect(() => environment(wrong)).toThrow(ConfigurationError)
  expect(() => environment(wrong)).toThrow(/MODELS_URL.*LIMIT_MEMORY.*TENANT_LIMITS/s)
})
