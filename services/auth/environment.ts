import { commonSettings, json, list, readEnvironment, secret, url } from '@berth/platform/config'
import { z } from 'zod'

const clients = z.array(
  z.strictObject({
    clientId: z.string().min(1),
    secret: z.string().min(16, 'must be a secret of at least 16 characters'),
    /** Whether its tokens may be narrowed to any tenant. */
    anyTenant: z.boolean().default(false),
    /** The scopes that it may have, by audience. */
    grants: z.record(z.string().min(1), z.array(z.string().min(1))),
  }),
)

const seconds = () => z.coerce.number().int('must be whole seconds').positive('must be more than 0')

const settings = z.object({
  ...commonSettings,
  DATABASE_URL: url(),
  PUBLIC_URL: url().default('http://127.0.0.1:4000'),
  AUTH_ISSUER: url().optional(),
  AUTH_JWKS_URL: url(),
  /** 32 bytes in base64. */
  SIGNING_KEY_SECRET: secret(43),
  ADMIN_PASSWORD: secret(),
  SERVICE_CLIENTS: json(clients).default([]),
  ACCESS_TOKEN_TTL: seconds().default(3_600),
  REFRESH_TOKEN_TTL: seconds().default(30 * 86_400),
  REGISTRATIONS_PER_HOUR: z.coerce.number().int().positive().default(20),
  /** Networks whose word about the client's address (X-Forwarded-For) is taken, as CIDR. */
  TRUSTED_PROXIES: list().default(['127.0.0.0/8', '::1/128']),
})

export type ServiceClient = z.infer<typeof clients>[number]
export type Environment = ReturnType<typeof environment>

/** The settings of the auth service. @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env) {
  const read = readEnvironment(settings, from)
  return { ...read, AUTH_ISSUER: read.AUTH_ISSUER ?? `${read.PUBLIC_URL}/auth` }
}
