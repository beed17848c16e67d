// x509 is built on a container that reads metadata through this polyfill; it has to come first.
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

/** PEM texts, as they lie in a Secret of type kubernetes.io/tls. */
export interface Identity {
  /** The authorities to trust: the one in use first, then the one before it while its certificates may be about. */
  caBundle: string
  caKey: string
  certificate: string
  key: string
}

const day = 86_400_000
const caLifeMs = 3_650 * day
const certificateLifeMs = 90 * day
/** Renewed well ahead: a replica that sleeps for a while must not find it expired. */
const renewBeforeMs = 30 * day
const caRenewBeforeMs = 365 * day
/** Clocks of two machines differ. */
const backdateMs = 300_000

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/**
 * The identity to go on with: the one that is there if it is good for these host names, else one with a new
 * certificate, and with a new authority where that is due. The same object comes back when nothing is due.
 */
export async function renewIdentity(
  current: Identity | undefined,
  hosts: readonly string[],
  now = new Date(),
): Promise<Identity> {
  if (current && isCertificateGood(current, hosts, now)) return current
  const authority = (current && (await keptAuthority(current, now))) ?? (await newAuthority(current, now))
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=berth-operator',
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - backdateMs),
    notAfter: new Date(now.getTime() + certificateLifeMs),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
    ],
  })
  return {
    caBundle: authority.bundle,
    caKey: await privatePem(authority.key),
    certificate: certificate.toString('pem'),
    key: await privatePem(keys.privateKey),
  }
}

interface Authority {
  certificate: x509.X509Certificate
  key: webcrypto.CryptoKey
  bundle: string
}

function isCertificateGood(
  { certificate, caBundle }: Identity,
  hosts: readonly string[],
  now: Date,
): boolean {
  try {
    const found = new x509.X509Certificate(certificate)
    const [ca] = authorities(caBundle)
    const names = found.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? []
    const values = new Set(names.map(({ value }) => value))
    return (
      ca !== undefined &&
      ca.notAfter.getTime() - now.getTime() > caRenewBeforeMs &&
      found.issuer === ca.subject &&
      found.notAfter.getTime() - now.getTime() > renewBeforeMs &&
      hosts.every((host) => values.has(host))
    )
  } catch {
    // What lies in the Secret is not a certificate: it is made anew.
    return false
  }
}

async function keptAuthority({ caBundle, caKey }: Identity, now: Date): Promise<Authority | undefined> {
  try {
    const [certificate] = authorities(caBundle)
    if (!certificate || certificate.notAfter.getTime() - now.getTime() <= caRenewBeforeMs) return undefined
    const key = await webcrypto.subtle.importKey(
      'pkcs8',
      x509.PemConverter.decodeFirst(caKey),
      algorithm,
      true,
      ['sign'],
    )
    return { certificate, key, bundle: caBundle }
  } catch {
    return undefined
  }
}

async function newAuthority(before: Identity | undefined, now: Date): Promise<Authority> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    // A name of its own: two authorities in one bundle must not be mistaken for one another.
    name: `CN=berth-operator-ca-${randomBytes(4).toString('hex')}`,
    notBefore: new Date(now.getTime() - backdateMs),
    notAfter: new Date(now.getTime() + caLifeMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const [previous] = authorities(before?.caBundle ?? '')
  const bundle = [certificate, ...(previous ? [previous] : [])].map((one) => one.toString('pem')).join('\n')
  return { certificate, key: keys.privateKey, bundle }
}

function authorities(bundle: string): x509.X509Certificate[] {
  try {
    return x509.PemConverter.decode(bundle).map((raw) => new x509.X509Certificate(raw))
  } catch {
    return []
  }
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

const privatePem = async (key: webcrypto.CryptoKey) =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')

/** 16 random bytes of which the first is positive, as RFC 5280 wants a serial number. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x01, 0)
  return bytes.toString('hex')
}
