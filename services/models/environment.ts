import { commonSettings, json, list, readEnvironment, secret, url } from '@berth/platform/config'
import { z } from 'zod'
import { bearerToken, hubUrl, sourceHeaders, upstreams } from './source/settings.ts'
import { storageLimits } from './storage/limits.ts'

const settings = z.object({
  ...commonSettings,
  PUBLIC_URL: url().default('http://127.0.0.1:4000'),
  DATABASE_URL: url(),
  AUTH_ISSUER: url(),
  AUTH_JWKS_URL: url(),
  AUTH_TOKEN_URL: url(),
  CLIENT_ID: z.string().min(1).default('models'),
  CLIENT_SECRET: secret(),
  SERVERS_URL: url(),
  OBJECTS_ENDPOINT: url(),
  /** Where browsers and commands reach the store, which upload to it; OBJECTS_ENDPOINT when absent. */
  OBJECTS_PUBLIC_ENDPOINT: url().optional(),
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
