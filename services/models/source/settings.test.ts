import { ConfigurationError } from '@berth/platform/config'
import { expect, test } from 'vitest'
import { environment } from '../environment.ts'

const needed = {
  PORT: '0',
  DATABASE_URL: 'postgres://models@127.0.0.1/models',
  AUTH_ISSUER: 'http://127.0.0.1:4000',
  AUTH_JWKS_URL: 'http://127.0.0.1:4001/jwks',
  AUTH_TOKEN_URL: 'http://127.0.0.1:4001/auth/token',
  CLIENT_SECRET: 'a-secret',
  SERVERS_URL: 'http://127.0.0.1:4003',
  OBJECTS_ENDPOINT: 'http://127.0.0.1:4007',
  OBJECTS_ACCESS_KEY: 'key',
  OBJECTS_SECRET_KEY: 'secret',
}

const read = (settings: Record<string, unknown>) =>
  environment({
    ...needed,
    ...Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  })

const store = { bucket: 'weights', endpoint: 'https://s3.example.com', accessKey: 'a', secretKey: 's' }
const secret = 'hf_a-value-that-nobody-may-see'

test('everything about sources has a default', () => {
  const { HUB_URL, HUB_TOKEN, SOURCE_HEADERS, UPSTREAMS } = read({})
  expect(HUB_URL.href).toBe('https://huggingface.co/')
  expect([HUB_TOKEN, SOURCE_HEADERS, UPSTREAMS]).toEqual([undefined, [], []])
})

test('an upstream has the name of its bucket, or one of its own', () => {
  const { UPSTREAMS } = read({
    UPSTREAMS: [store, { ...store, name: 'other', sessionToken: 't', addressing: 'virtual-host' }],
  })
  const usual = { ...store, region: 'us-east-1', signatureSeconds: 900 }
  expect(UPSTREAMS).toEqual([
    { ...usual, name: 'weights', addressing: 'path' },
    { ...usual, name: 'other', sessionToken: 't', addressing: 'virtual-host' },
  ])
})

test('headers are for one origin, their names in lower case', () => {
  const given = [
    {
      origin: 'https://Models.example.com:443/',
      headers: { Authorization: `Bearer ${secret}`, 'X-Key': 'k' },
    },
  ]
  expect(read({ SOURCE_HEADERS: given }).SOURCE_HEADERS).toEqual([
    { origin: 'https://models.example.com', headers: { authorization: `Bearer ${secret}`, 'x-key': 'k' } },
  ])
})

const headers = (given: Record<string, unknown>, origin = 'https://models.example.com') => ({
  SOURCE_HEADERS: [{ origin, headers: given }],
})

test.each([
  ['two stores of one name', { UPSTREAMS: [store, store] }, 'two upstreams have the same name'],
  ['a store with a path', { UPSTREAMS: [{ ...store, endpoint: 'https://x.example.com/s3' }] }, 'no path'],
  [
    'a store with keys in its address',
    { UPSTREAMS: [{ ...store, endpoint: `https://a:${secret}@h` }] },
    'without keys',
  ],
  ['a name with a slash', { UPSTREAMS: [{ ...store, name: 'a/b' }] }, '1 to 63 letters'],
  ['a hub that is none of the web', { HUB_URL: 'postgres://hub' }, 'HUB_URL: must be http(s)://'],
  ['a hub with a password', { HUB_URL: `https://u:${secret}@hub.example.com` }, 'without keys'],
  ['a hub with a query', { HUB_URL: `https://hub.example.com/?t=${secret}` }, 'HUB_URL: must be http(s)://'],
  ['a token of two lines', { HUB_TOKEN: `${secret}\nx: y` }, 'HUB_TOKEN: must be visible ASCII on one line'],
  ['a token with a blank at its end', { HUB_TOKEN: `${secret} ` }, 'without blanks at its ends'],
  ['headers for a host', headers({ a: secret }, 'models.example.com'), 'must be an absolute URL'],
  ['headers for a path', headers({ a: secret }, 'https://models.example.com/private'), 'no path'],
  ['no headers', headers({}), 'holds no header'],
  ['a header about the host', headers({ Host: secret }), 'host is no credential'],
  ['a header about a range', headers({ range: secret }), 'range is no credential'],
  [
    'a header about the connection',
    headers({ 'Transfer-Encoding': secret }),
    'transfer-encoding is no credential',
  ],
  [
    'a header for a proxy',
    headers({ 'proxy-authorization': secret }),
    'proxy-authorization is no credential',
  ],
  ['a header twice', headers({ Cookie: secret, cookie: secret }), 'has a header twice'],
  ['a value for a name', headers({ [`Bearer ${secret}`]: 'authorization' }), "a header's name has letters"],
  [
    'a value of two lines',
    headers({ authorization: `${secret}\r\nx-y: z` }),
    "a header's value must be visible ASCII",
  ],
  ['an empty value', headers({ authorization: '' }), "a header's value must be visible ASCII"],
  [
    'the origin twice',
    { SOURCE_HEADERS: [...headers({ a: secret }).SOURCE_HEADERS, ...headers({ b: 'b' }).SOURCE_HEADERS] },
    'the same origin',
  ],
  ['no JSON', { SOURCE_HEADERS: `{${secret}` }, 'SOURCE_HEADERS: must be JSON'],
])('%s is told at the start, and no secret with it', (_what, settings, why) => {
  const reading = () => read(settings)
  expect(reading).toThrow(ConfigurationError)
  expect(reading).toThrow(why)
  expect(reading).not.toThrow(secret)
})
