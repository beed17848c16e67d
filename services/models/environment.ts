import { commonSettings, json, list, readEnvironment, secret, url } from '@berth/platform/config'
import { z } from 'zod'
import { storageLimits } from './storage/limits.ts'
import { bearerToken, hubUrl, sourceHeaders, upstreams } from './source/settings.ts'

const settings = z.object({
  ...commonSettings,
  DATABASE_URL: url(),
  AUTH_ISSUER: url(),
  AUTH_JWKS_URL: url(),
  AUTH_TOKEN_URL: url(),
  CLIENT_ID: z.string().min(1).default('models'),
  CLIENT_SECRET: secret(),
  SERVERS_URL: url(),
  OBJECTS_ENDPOINT: url(),
  OBJECTS_REGION: z.string().min(1).default('us-east-1'),
  OBJECTS_ACCESS_KEY: secret(),
  OBJECTS_SECRET_KEY: secret(),
  OBJECTS_BUCKET: z.string().min(3).default('models'),
  UPSTREAMS: json(upstreams()).default([]),
  BERTH_SOURCE_ALLOW: list().default([]),
  STORAGE_LIMITS: storageLimits(),
  HUB_URL: hubUrl().default(new URL('https://huggingface.co')),
  HUB_TOKEN: bearerToken().optional(),
  SOURCE_HEADERS: json(sourceHeaders()).default([]),
})

/** The settings of the models service. */
export type Environment = z.infer<typeof settings>

/** @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env): Environment {
  return readEnvironment(settings, from)
}
