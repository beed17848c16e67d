import { commonSettings, json, list, readEnvironment, secret, url } from '@berth/platform/config'
import { z } from 'zod'
import { storageLimits } from './storage/limits.ts'

const upstream = z.strictObject({
  bucket: z.string().min(1),
  endpoint: url(),
  region: z.string().min(1).default('us-east-1'),
  accessKey: secret(),
  secretKey: secret(),
})

/** An S3-compatible store that `s3://<bucket>/...` sources come from. */
export type Upstream = z.infer<typeof upstream>

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
  UPSTREAMS: json(z.array(upstream)).default([]),
  BERTH_SOURCE_ALLOW: list().default([]),
  STORAGE_LIMITS: storageLimits(),
})

/** The settings of the models service. */
export type Environment = z.infer<typeof settings>

/** @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env): Environment {
  return readEnvironment(settings, from)
}
