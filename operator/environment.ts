import { hostname } from 'node:os'
import { commonSettings, port, readEnvironment, secret, url } from '@berth/platform/config'
import { z } from 'zod'

const settings = z.object({
  ...commonSettings,
  AUTH_ISSUER: url().default('http://127.0.0.1:4000/auth'),
  AUTH_JWKS_URL: url().default('http://127.0.0.1:4001/auth/.well-known/jwks.json'),
  AUTH_TOKEN_URL: url().default('http://127.0.0.1:4001/auth/token'),
  CLIENT_ID: z.string().default('operator'),
  CLIENT_SECRET: secret(),
  SERVERS_URL: url(),
  MODELS_URL: url(),
  CONTRACT_ISSUER: url(),
  CONTRACT_JWKS_URL: url(),
  INFERENCE_IMAGE: z.string().default('berth/inference:0.1.0'),
  OPERATOR_NAMESPACE: z.string().default('berth-system'),
  OPERATOR_IDENTITY: z.string().default(`${hostname()}-${process.pid}`),
  OPERATOR_SERVICE: z.string().default('berth-operator'),
  WEBHOOK_HOST: z.string().default('127.0.0.1'),
  WEBHOOK_PORT: port().default(4005),
  WEBHOOK_URL: url().optional(),
  POD_AUTH_ISSUER: url().optional(),
  POD_AUTH_JWKS_URL: url().optional(),
  POD_MODELS_URL: url().optional(),
})

export type Environment = ReturnType<typeof environment>

/** The settings of the operator. @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env) {
  const read = readEnvironment(settings, from)
  return {
    ...read,
    /** The addresses as pods reach them; the operator's own where nothing else is said. */
    pods: {
      image: read.INFERENCE_IMAGE,
      modelsUrl: read.POD_MODELS_URL ?? read.MODELS_URL,
      authIssuer: read.POD_AUTH_ISSUER ?? read.AUTH_ISSUER,
      authJwksUrl: read.POD_AUTH_JWKS_URL ?? read.AUTH_JWKS_URL,
    },
  }
}
