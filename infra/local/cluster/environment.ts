import { json, port, readEnvironment } from '@berth/platform/config'
import { z } from 'zod'

const tokens = z.record(z.string(), z.object({ user: z.string(), groups: z.array(z.string()).default([]) }))

const settings = z.object({
  CLUSTER_HOST: z.string().default('127.0.0.1'),
  CLUSTER_PORT: port(),
  /** The folder that holds everything; made when it is not there. */
  CLUSTER_DATA: z.string().min(1),
  /** The file with the table of images; see LIMITS.md. */
  CLUSTER_IMAGES: z.string().optional(),
  /** Where the kubeconfig is written once the cluster answers. */
  CLUSTER_KUBECONFIG: z.string().optional(),
  /** Told of every process group that begins and ends, so that it can end what a killed cluster leaves. */
  CLUSTER_REAPER_FD: z.coerce.number().int().min(0).optional(),
  CLUSTER_BACKOFF_MS: z.coerce.number().int().min(1).default(1000),
  /** Bearer tokens, and whom each stands for: `{"<token>": {"user": "...", "groups": ["..."]}}`. */
  CLUSTER_TOKENS: json(tokens).default({}),
})

export type Environment = z.infer<typeof settings>

/** The settings of the pocket cluster. @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env): Environment {
  return readEnvironment(settings, from)
}
