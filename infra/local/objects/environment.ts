import { list, port, readEnvironment } from '@berth/platform/config'
import { z } from 'zod'

/** A pair of keys as the environment has it, `accessKey:secretKey`; a secret may hold further colons. */
function pairOf(text: string): [accessKey: string, secretKey: string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1)]
}

const settings = z.object({
  OBJECTS_HOST: z.string().default('127.0.0.1'),
  OBJECTS_PORT: port().default(0),
  /** The folder that holds everything; made when it is not there. */
  OBJECTS_DATA: z.string().min(1),
  OBJECTS_CREDENTIALS: list()
    .refine((pairs) => pairs.length > 0 && pairs.every((pair) => /^[^:/]+:.+$/.test(pair)), {
      error: 'must be accessKey:secretKey pairs, separated by commas',
    })
    .transform((pairs) => new Map(pairs.map(pairOf))),
  OBJECTS_REGION: z.string().min(1).default('us-east-1'),
  /** Made at the start where they are missing. */
  OBJECTS_BUCKETS: list().default([]),
})

export type Environment = z.infer<typeof settings>

/** The settings of the pocket object store. @throws ConfigurationError */
export function environment(from: NodeJS.ProcessEnv = process.env): Environment {
  return readEnvironment(settings, from)
}
