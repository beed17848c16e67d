import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { type Identity, renewIdentity } from './certificate.ts'

const day = 86_400_000
const later = (days: number) => new Date(Date.now() + days * day)
const hosts = ['berth-operator.berth-system.svc', '127.0.0.1']

/** Whether a client that trusts the bundle accepts the certificate under this name. */
async function isTrusted(
  identity: Identity,
  servername: string,
  caBundle = identity.caBundle,
): Promise<boolean> {
  const server = createServer({ cert: identity.certificate, key: identity.key })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const socket = connect({ port, host: '127.0.0.1', ca: caBundle, servername })
  try {
    await once(socket, 'secureConnect')
    return socket.authorized
  } catch {
    return false
  } finally {
    socket.destroy()
    server.close()
  }
}

test('a client that trusts the bundle accepts the certificate for its names only', async () => {
  const identity = await renewIdentity(undefined, hosts)
  expect(await isTrusted(identity, 'berth-operator.berth-system.svc')).toBe(true)
  expect(await isTrusted(identity, 'elsewhere.svc')).toBe(false)
  const stranger = await renewIdentity(undefined, hosts)
  expect(await isTrusted(identity, 'berth-operator.berth-system.svc', stranger.caBundle)).toBe(false)
})

test('what is good is kept, the very same object', async () => {
  const identity = await renewIdentity(undefined, hosts)
  expect(await renewIdentity(identity, hosts, later(30))).toBe(identity)
})

test('a certificate is renewed under its authority before it expires, and when the names change', async () => {
  const identity = await renewIdentity(undefined, hosts)
  const renewed = await renewIdentity(identity, hosts, later(61))
  expect(renewed.certificate).not.toBe(identity.certificate)
  expect(renewed.caBundle).toBe(identity.caBundle)
  expect(new X509Certificate(renewed.certificate).validToDate.getTime()).toBeGreaterThan(later(150).getTime())
  const renamed = await renewIdentity(identity, ['other.svc'])
  expect(new X509Certificate(renamed.certificate).subjectAltName).toBe('DNS:other.svc')
})

test('a new authority stands beside the one before it', async () => {
  const identity = await renewIdentity(undefined, hosts)
  const renewed = await renewIdentity(identity, hosts, later(3_650 - 300))
  expect(renewed.caBundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  expect(await isTrusted(identity, 'berth-operator.berth-system.svc', renewed.caBundle)).toBe(true)
})

test('what is broken is made anew', async () => {
  const identity = await renewIdentity(undefined, hosts)
  const broken = { ...identity, certificate: 'nothing', caKey: 'nothing' }
  const renewed = await renewIdentity(broken, hosts)
  expect(await isTrusted(renewed, 'berth-operator.berth-system.svc')).toBe(true)
})
