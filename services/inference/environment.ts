import { commonSettings, readEnvironment, url } from '@berth/platform/config'
import { z } from 'zod'

const { LOG_LEVEL } = commonSettings
const whole = (least: number) =>
  z.coerce.number().int('must be a whole number').min(least, `must be at least ${least}`)

const fetchSettings = z.object({
  LOG_LEVEL,
  MODELS_URL: url(),
  VERSION_ID: z.uuid('must be a UUID'),
  MODEL_SHA256: z.string().regex(/^[\da-f]{64}$/, 'must be 64 hexadecimal digits'),
  MODEL_SIZE_BYTES: whole(1),
  /** Where the model goes; its folder must be there. */
  MODEL_PATH: z.string().min(1),
  /** Holds the token for the models service; read again for every try, since it is renewed in place. */
  TOKEN_FILE: z.string().min(1),
  /** How long a fetch may go without a single byte more before it gives up. */
  FETCH_PATIENCE_SECONDS: whole(1).default(300),
})

const serveSettings = z.object({
  ...commonSettings,
  MODEL_PATH: z.string().min(1),
  MODEL_NAME: z.string().min(1),
  SERVER_ID: z.uuid('must be a UUID'),
  TENANT_ID: z.uuid('must be a UUID'),
  /** Tokens that one request's prompt and answer may have together. */
  CONTEXT_SIZE: whole(16).default(2_048),
  /** Requests that are answered at once. */
  PARALLEL: whole(1).default(4),
  /** Requests that may wait for each of those. */
  QUEUE_PER_SEQUENCE: whole(0).default(32),
  BATCH_SIZE: whole(1).default(512),
  /** 0 means as many as there are cores. */
  THREADS: whole(0).default(0),
  GPU_LAYERS: whole(0).default(0),
  /** From the signal to end until Kubernetes kills: the pod's `terminationGracePeriodSeconds`. */
  GRACE_SECONDS: whole(3).default(10),
  AUTH_ISSUER: url(),
  AUTH_JWKS_URL: url(),
})

export type FetchEnvironment = z.infer<typeof fetchSettings>
export type ServeEnvironment = z.infer<typeof serveSettings>

/** The settings of `fetch`. @throws ConfigurationError */
export const fetchEnvironment = (from = process.env): FetchEnvironment => readEnvironment(fetchSettings, from)

/** The settings of `serve`. @throws ConfigurationError */
export const serveEnvironment = (from = process.env): ServeEnvironment => readEnvironment(serveSettings, from)

/** Where Kubernetes reads why the container ended; undefined where nobody does. */
export const terminationLog = (from = process.env): string | undefined => from.TERMINATION_LOG
