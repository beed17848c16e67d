import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const days = 24 * 60 * 60 * 1000

/** PEM texts. */
export interface KeyPair {
  certificate: string
  key: string
}

async function pemKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key)
  return x509.PemConverter.encode(der, 'PRIVATE KEY')
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

const validity = (): { serialNumber: string; notBefore: Date; notAfter: Date } => ({
  serialNumber: `01${randomBytes(15).toString('hex')}`,
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 3650 * days),
})

async function createAuthority(): Promise<KeyPair> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: 'CN=pocket-cluster-ca',
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pemKey(keys.privateKey) }
}

/** The cluster's own authority, made at the first start and kept (0600) in the data folder. */
export async function openAuthority(folder: string): Promise<KeyPair> {
  const file = join(folder, 'authority.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as KeyPair
  const authority = await createAuthority()
  writeFileSync(file, JSON.stringify(authority), { mode: 0o600 })
  return authority
}

async function issue(
  authority: KeyPair,
  subject: x509.JsonName,
  usage: x509.ExtendedKeyUsage,
  extensions: x509.Extension[],
): Promise<KeyPair> {
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(authority.certificate)
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(authority.key),
    algorithm,
    false,
    ['sign'],
  )
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject,
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([usage]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...extensions,
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pemKey(keys.privateKey) }
}

export function serverCertificate(authority: KeyPair, host: string): Promise<KeyPair> {
  const numeric = /^[\d.]+$/.test(host)
  const names: x509.JsonGeneralNames = [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
    ...(host === '127.0.0.1' || host === 'localhost'
      ? []
      : [{ type: numeric ? 'ip' : 'dns', value: host } as const]),
  ]
  return issue(authority, [{ CN: ['pocket-cluster'] }], x509.ExtendedKeyUsage.serverAuth, [
    new x509.SubjectAlternativeNameExtension(names),
  ])
}

/** A client certificate as kubeadm makes it: the user is CN, the groups are O. */
export function clientCertificate(authority: KeyPair, user: string, groups: string[]): Promise<KeyPair> {
  return issue(
    authority,
    [{ CN: [user] }, ...groups.map((group) => ({ O: [group] }))],
    x509.ExtendedKeyUsage.clientAuth,
    [],
  )
}

/** Writes a kubeconfig (0600) that holds everything: address, authority, certificate and key. */
export function writeKubeconfig(file: string, server: string, authority: KeyPair, client: KeyPair): void {
  const data = (pem: string): string => Buffer.from(pem).toString('base64')
  const name = 'berth'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': data(authority.certificate) } }],
    users: [
      {
        name: 'admin',
        user: { 'client-certificate-data': data(client.certificate), 'client-key-data': data(client.key) },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: 'admin', namespace: 'default' } }],
    'current-context': name,
  }
  // Renamed into place: nobody reads half of it, and an older file's mode does not stay.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}
