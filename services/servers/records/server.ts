import { canonicalJson } from '@berth/platform/digest'
import { bigintAsNumber } from '@berth/platform/postgres'
import type { ServerStatus } from '@berth/schema/generated/servers.ts'
import { EntitySchema } from 'typeorm'

/** How the engine runs the model; the fields are those of the schema's `Runtime`. */
export interface Runtime {
  contextSize: number
  parallel: number
  threads: number
  gpuLayers: number
  batchSize: number
}

export type DesiredState = 'RUNNING' | 'STOPPED' | 'DELETED'

/** What a pod uses and does; null while it is not known. */
export interface PodUsage {
  memoryBytes: number | null
  cpuCores: number | null
  /** Requests that ended within the last minute. */
  requestsPerMinute: number | null
  tokensPerSecond: number | null
  queueLength: number | null
  sequencesBusy: number | null
}

export const noUsage: PodUsage = {
  memoryBytes: null,
  cpuCores: null,
  requestsPerMinute: null,
  tokensPerSecond: null,
  queueLength: null,
  sequencesBusy: null,
}

/** A pod as the operator saw it last. */
export interface PodState extends PodUsage {
  name: string
  ready: boolean
  restarts: number
  node: string | null
  phase: string
  message: string | null
}

/** The ModelServe resource as the operator saw it last. */
export interface ObservedResource {
  phase: string
  message: string | null
  specReplicas: number
  deleting: boolean
}

/** An object in the bucket of models. */
export interface ApprovedFile {
  path: string
  sha256: string
  sizeBytes: number
}

/** A server's record: what is wanted, what was approved, and what the cluster has. */
export interface ServerRow {
  id: string
  tenantId: string
  namespace: string
  name: string
  modelId: string
  modelVersionId: string
  modelName: string
  runtime: Runtime
  /** The context's size was not asked for, so it follows the model's own once that is known. */
  contextDefaulted: boolean
  replicas: number
  /** Bytes that each pod asks for. */
  memoryRequest: number
  /** The model's file as the contract approved it; null until the model is in the store and was looked at. */
  file: ApprovedFile | null
  desired: DesiredState
  /** Counts the changes to what is wanted; each one has its own workflow. */
  generation: number
  /** The generation whose workflow has ended; below `generation` while one is in flight. */
  settledGeneration: number
  /** `metadata.generation` of the resource when it was last applied; null while there is none of ours. */
  resourceGeneration: number | null
  observed: ObservedResource | null
  status: ServerStatus
  message: string | null
  readyReplicas: number
  pods: PodState[]
  memoryBytes: number | null
  maxMemoryBytes: number | null
  cpuCores: number | null
  /** When memory and CPU were written last. */
  usageAt: Date | null
  createdAt: Date
  startedAt: Date | null
  updatedAt: Date
  /** The tenant's counter at the newest change that a caller can see. */
  version: number
  createdVersion: number
  /** Set on a tombstone, which is kept so that subscriptions learn of the deletion. */
  deletedAt: Date | null
}

const bigint = (name?: string, nullable = false) =>
  ({ type: 'bigint', name, nullable, transformer: bigintAsNumber }) as const

export const Servers = new EntitySchema<ServerRow>({
  name: 'Server',
  tableName: 'servers',
  columns: {
    id: { type: 'uuid', primary: true },
    tenantId: { type: 'uuid', name: 'tenant_id' },
    namespace: { type: 'text' },
    name: { type: 'text' },
    modelId: { type: 'uuid', name: 'model_id' },
    modelVersionId: { type: 'uuid', name: 'model_version_id' },
    modelName: { type: 'text', name: 'model_name' },
    runtime: { type: 'jsonb' },
    contextDefaulted: { type: 'boolean', name: 'context_defaulted' },
    replicas: { type: 'int' },
    memoryRequest: bigint('memory_request'),
    file: { type: 'jsonb', nullable: true },
    desired: { type: 'text' },
    generation: { type: 'int' },
    settledGeneration: { type: 'int', name: 'settled_generation' },
    resourceGeneration: bigint('resource_generation', true),
    observed: { type: 'jsonb', nullable: true },
    status: { type: 'text' },
    message: { type: 'text', nullable: true },
    readyReplicas: { type: 'int', name: 'ready_replicas' },
    pods: { type: 'jsonb' },
    memoryBytes: bigint('memory_bytes', true),
    maxMemoryBytes: bigint('max_memory_bytes', true),
    cpuCores: { type: 'float', name: 'cpu_cores', nullable: true },
    usageAt: { type: 'timestamptz', name: 'usage_at', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    startedAt: { type: 'timestamptz', name: 'started_at', nullable: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at' },
    version: bigint('version'),
    createdVersion: bigint('created_version'),
    deletedAt: { type: 'timestamptz', name: 'deleted_at', nullable: true },
  },
})

/** Whether a workflow of this server has not ended yet. */
export const isInFlight = (server: Pick<ServerRow, 'generation' | 'settledGeneration'>) =>
  server.settledGeneration < server.generation

/** Whether a caller sees no difference between two rows of a server, apart from what its pods use. */
export function looksTheSame(before: ServerRow, after: ServerRow): boolean {
  const seen = (row: ServerRow) =>
    canonicalJson({
      status: row.status,
      message: row.message,
      runtime: row.runtime,
      replicas: row.replicas,
      readyReplicas: row.readyReplicas,
      startedAt: row.startedAt?.getTime() ?? null,
      deletedAt: row.deletedAt?.getTime() ?? null,
      pods: row.pods.map((pod) => ({ ...pod, ...noUsage })),
    })
  return seen(before) === seen(after)
}
