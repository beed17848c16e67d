import { bytes, commonSettings, json, readEnvironment, secret, url } from '@berth/platform/config'
import { z } from 'zod'
import { limitsShape, tenantLimits } from './contract/limits.ts'

const count = (fallback: number) => z.coerce.number().min(0, 'must be 0 or more').default(fallback)

const settings = z.object({
  ...commonSettings,
  DATABASE_URL: url(),
  PUBLIC_URL: url().default('http://127.0.0.1:4000'),
  AUTH_ISSUER: url().optional(),
  AUTH_JWKS_URL: url(),
  AUTH_TOKEN_URL: url(),
  CLIENT_ID: z.string().default('servers'),
  CLIENT_SECRET: secret(),
  /** 32 bytes in base64; the keys that sign contracts rest encrypted under it. */
  SIGNING_KEY_SECRET: secret(43),
  CONTRACT_ISSUER: url().optional(),
  MODELS_URL: url(),
  OBJECTS_BUCKET: z.string().default('models'),
  LIMIT_SERVERS: count(10),
  LIMIT_REPLICAS: count(20),
  LIMIT_CPU: count(32),
  LIMIT_MEMORY: bytes().default(64 * 2 ** 30),
  /** Other limits for some tenants, by the tenant's name. */
  TENANT_LIMITS: json(z.record(z.string(), limitsShape.partial())).default({}),
})

export type Environment = ReturnType<typeof environment>

/** The settings of the servers service. @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env) {
  const read = readEnvironment(settings, from)
  return {
    ...read,
    AUTH_ISSUER: read.AUTH_ISSUER ?? `${read.PUBLIC_URL}/auth`,
    CONTRACT_ISSUER: read.CONTRACT_ISSUER ?? `${read.PUBLIC_URL}/contract`,
    limitsOf: tenantLimits(
      {
        servers: read.LIMIT_SERVERS,
        replicas: read.LIMIT_REPLICAS,
        cpu: read.LIMIT_CPU,
        memory: read.LIMIT_MEMORY,
      },
      read.TENANT_LIMITS,
    ),
  }
}
