import { expect, test } from 'vitest'
import { createClientAddress } from './address.ts'

const addressOf = createClientAddress(['127.0.0.0/8', '::1/128', '10.1.0.0/16'])
const from = (remoteAddress: string | undefined, forwarded?: string) =>
  addressOf({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } })

test.each([
  ['a client that connects by itself', '203.0.113.7', undefined, '203.0.113.7'],
  ['what a stranger claims does not count', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['the gateway on loopback is believed', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['only the part that proxies wrote', '127.0.0.1', '1.1.1.1, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
  ['a dual-stack socket', '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['loopback without the header', '127.0.0.1', undefined, '127.0.0.1'],
  ['nonsense in the header', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['IPv6 is counted by its network', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
  ['IPv6 in short', '2001:DB8::1', undefined, '2001:db8:0:0::/64'],
  ['a socket that is gone', undefined, undefined, 'unknown'],
])('%s', (_why, remote, forwarded, expected) => {
  expect(from(remote, forwarded)).toBe(expected)
})

test('a wrong network is named', () => {
  expect(() => createClientAddress(['10.0.0.0/99'])).toThrow(/10\.0\.0\.0\/99/)
  expect(() => createClientAddress(['gateway'])).toThrow(/gateway/)
})
