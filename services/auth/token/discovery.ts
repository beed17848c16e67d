import type { SigningKeys } from '@berth/platform/signing'
import type { FastifyInstance } from 'fastify'
import { allScopes } from '../identity/roles.ts'
import { grantTypes } from './request.ts'

/** The provider's metadata (OpenID Connect Discovery, RFC 8414), as far as it has parts that Berth has. */
export function metadata(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: grantTypes,
    response_types_supported: [],
    scopes_supported: allScopes,
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: [
      'iss',
      'aud',
      'sub',
      'exp',
      'iat',
      'jti',
      'scope',
      'username',
      'role',
      'tenant',
      'namespace',
    ],
  }
}

/** What verifiers need: the public keys, and where everything is. */
export function serveDiscovery(app: FastifyInstance, issuer: string, keys: Pick<SigningKeys, 'jwks'>): void {
  // A minute is short beside the day for which a key is published before it signs.
  const cacheControl = 'public, max-age=60'
  app.get('/auth/.well-known/jwks.json', async (_request, reply) =>
    reply.header('cache-control', cacheControl).send(await keys.jwks()),
  )
  app.get('/auth/.well-known/openid-configuration', async (_request, reply) =>
    reply.header('cache-control', cacheControl).send(metadata(issuer)),
  )
}
