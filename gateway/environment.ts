import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commonSettings, flag, list, readEnvironment, url } from '@berth/platform/config'
import { z } from 'zod'

const roles = ['graphql', 'inference'] as const
export type Role = (typeof roles)[number]

const settings = z.object({
  ...commonSettings,
  PUBLIC_URL: url(),
  AUTH_ISSUER: url().optional(),
  AUTH_JWKS_URL: url(),
  AUTH_URL: url(),
  MODELS_URL: url(),
  SERVERS_URL: url(),
  OPERATOR_URL: url(),
  /** Where browsers reach the object store; without it they cannot upload. */
  OBJECTS_PUBLIC_ENDPOINT: url().optional(),
  ALLOWED_ORIGINS: list().optional(),
  /** Networks of the proxies in front, as CIDR: their X-Forwarded-For says where a request came from. */
  TRUSTED_PROXIES: list().optional(),
  FRONTEND_DIR: z
    .string()
    .default(join(import.meta.dirname, '../frontend/dist'))
    .transform((folder) => resolve(folder)),
  SUPERGRAPH_FILE: z
    .string()
    .default(fileURLToPath(import.meta.resolve('@berth/schema/generated/supergraph.graphql'))),
  ROLES: list()
    .pipe(z.array(z.enum(roles)).nonempty())
    .default(['graphql', 'inference']),
  INTROSPECTION: flag().default(true),
})

/** The gateway's settings; `AUTH_ISSUER` and `ALLOWED_ORIGINS` follow from `PUBLIC_URL` when they are not set. */
export type Environment = z.infer<typeof settings> & { AUTH_ISSUER: string; ALLOWED_ORIGINS: string[] }

/** @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env): Environment {
  // @apollo/gateway reports its use to its makers by default; nothing leaves this network unasked.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  const given = readEnvironment(settings, from)
  return {
    ...given,
    AUTH_ISSUER: given.AUTH_ISSUER ?? `${given.PUBLIC_URL}/auth`,
    ALLOWED_ORIGINS: given.ALLOWED_ORIGINS ?? [given.PUBLIC_URL],
  }
}
