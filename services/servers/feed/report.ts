import { z } from 'zod'

const absent = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().transform((value) => value ?? null)

const podShape = z.object({
  name: z.string(),
  ready: z.boolean(),
  restarts: z.number().int().min(0).default(0),
  node: absent(z.string()),
  phase: z.string().default('Unknown'),
  message: absent(z.string()),
  memoryBytes: absent(z.number().min(0)),
  cpuCores: absent(z.number().min(0)),
  requestsPerMinute: absent(z.number().min(0)),
  tokensPerSecond: absent(z.number().min(0)),
  queueLength: absent(z.number().min(0)),
  sequencesBusy: absent(z.number().min(0)),
})

const serverShape = z.object({
  serverId: z.uuid(),
  namespace: z.string(),
  name: z.string(),
  observedGeneration: z.number().default(0),
  phase: z.string().default('Pending'),
  message: absent(z.string()),
  specReplicas: z.number().int().min(0),
  replicas: z.number().int().min(0).default(0),
  readyReplicas: z.number().int().min(0).default(0),
  pods: z.array(podShape).default([]),
  deleting: z.boolean().default(false),
  /** The contract that the resource carries does not cover it, so the operator leaves it alone. */
  refused: z.boolean().default(false),
})

/** One ModelServe with its pods, as the operator sees them. */
export type ResourceReport = z.infer<typeof serverShape>

/** A batch from the operator; a `full` one has every resource that there is. */
export const reportShape = z.object({
  full: z.boolean().default(false),
  servers: z.array(serverShape).default([]),
  deleted: z.array(z.object({ serverId: z.uuid() })).default([]),
})

export type Report = z.infer<typeof reportShape>
