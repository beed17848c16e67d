import { z } from 'zod'

const port = z.coerce.number().int().min(1).max(65_535)
const tokens = z.record(z.string(), z.object({ user: z.string(), groups: z.array(z.string()).default([]) }))

const variables = z.object({
  CLUSTER_HOST: z.string().default('127.0.0.1'),
  CLUSTER_PORT: port,
  CLUSTER_DATA: z.string().min(1),
  CLUSTER_IMAGES: z.string().optional(),
  CLUSTER_KUBECONFIG: z.string().optional(),
  CLUSTER_REAPER_FD: z.coerce.number().int().min(0).optional(),
  CLUSTER_BACKOFF_MS: z.coerce.number().int().min(1).default(1000),
  CLUSTER_TOKENS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return tokens.parse(JSON.parse(text))
      } catch {
        context.addIssue('must be JSON: {"<token>": {"user": "...", "groups": ["..."]}}')
        return z.NEVER
      }
    }),
})

export type Environment = z.infer<typeof variables>

/** The only reader of the environment; throws one error that names every mistake. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const parsed = variables.safeParse(env)
  if (parsed.success) return parsed.data
  throw new Error(`The environment of the cluster is not usable:\n${z.prettifyError(parsed.error)}`)
}
