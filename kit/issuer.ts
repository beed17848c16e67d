import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { listen } from './listen.ts'

/** Signs tokens as the auth service does, and publishes the key. */
export interface Issuer {
  url: string
  jwksUrl: string
  /** A token that lasts a day, for whoever may invoke a tenant's servers. */
  sign(tenant: string): string
}

const keyId = 'bench'
const dayInSeconds = 86_400

/** An issuer on this machine, for a pod without the rest of Berth; it ends with the stack. */
export async function startIssuer(ending: AsyncDisposableStack): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  ending.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url,
    jwksUrl: `${url}/jwks.json`,
    sign(tenant) {
      const now = Math.floor(Date.now() / 1_000)
      const claims = {
        iss: url,
        aud: 'berth-api',
        sub: 'bench',
        role: 'USER',
        scope: 'servers:invoke',
        tenant,
      }
      const parts = [
        { alg: 'RS256', typ: 'JWT', kid: keyId },
        { ...claims, iat: now, exp: now + dayInSeconds },
      ]
      const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`
    },
  }
}
