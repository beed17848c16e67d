import { describeBytes } from '@berth/platform/quantity'
import type { ContractReasonCode, QuotaResource } from '@berth/schema/generated/servers.ts'
import type { ServerRow } from '../records/server.ts'
import type { Limits } from './limits.ts'

/** What is used of each resource, in the unit of its limit. */
export type Use = Record<QuotaResource, number>

/** What a server needs while it runs. */
export interface Footprint {
  replicas: number
  /** Cores for each replica. */
  threads: number
  /** Bytes for each replica. */
  memory: number
}

export interface QuotaLine {
  resource: QuotaResource
  used: number
  limit: number
  after: number
}

export interface Reason {
  code: ContractReasonCode
  message: string
  /** The input's field, where a single one is wrong. */
  field?: string
}

export const footprintOf = (
  server: Pick<ServerRow, 'replicas' | 'runtime' | 'memoryRequest'>,
): Footprint => ({
  replicas: server.replicas,
  threads: server.runtime.threads,
  memory: server.memoryRequest,
})

/** Whether a server counts for replicas, CPU and memory: it is to run, and did not fail before it was applied. */
export function holdsResources(
  server: Pick<ServerRow, 'desired' | 'status' | 'resourceGeneration'>,
): boolean {
  return server.desired === 'RUNNING' && !(server.status === 'FAILED' && server.resourceGeneration === null)
}

/** What one server uses. A stopped one keeps its place among the servers and nothing else. */
export function useOf(footprint: Footprint | null): Use {
  const { replicas, threads, memory } = footprint ?? { replicas: 0, threads: 0, memory: 0 }
  return { SERVERS: 1, REPLICAS: replicas, CPU: replicas * threads, MEMORY: replicas * memory }
}

/** What a tenant's servers use together. One that is being deleted no longer counts. */
export function totalUse(
  servers: readonly Pick<
    ServerRow,
    'desired' | 'status' | 'resourceGeneration' | 'replicas' | 'runtime' | 'memoryRequest'
  >[],
): Use {
  const total: Use = { SERVERS: 0, REPLICAS: 0, CPU: 0, MEMORY: 0 }
  for (const server of servers) {
    if (server.desired === 'DELETED') continue
    const use = useOf(holdsResources(server) ? footprintOf(server) : null)
    for (const resource of resources) total[resource] += use[resource]
  }
  return total
}

const resources: readonly QuotaResource[] = ['SERVERS', 'REPLICAS', 'CPU', 'MEMORY']

const limitKeys = { SERVERS: 'servers', REPLICAS: 'replicas', CPU: 'cpu', MEMORY: 'memory' } as const

/** The quota as it is and as it would be with `added` on top of `others`, which leaves out the server in question. */
export function quotaLines(used: Use, others: Use, added: Use, limits: Limits): QuotaLine[] {
  return resources.map((resource) => ({
    resource,
    used: used[resource],
    limit: limits[limitKeys[resource]],
    after: others[resource] + added[resource],
  }))
}

/** Why the quota says no. What does not grow is never refused, so that a tenant over a lowered limit can go down. */
export function quotaReasons(lines: readonly QuotaLine[]): Reason[] {
  return lines
    .filter(({ after, used, limit }) => after > limit && after > used)
    .map(({ resource, after, used, limit }) => {
      const { noun, way } = words[resource]
      const told = resource === 'MEMORY' ? describeBytes : (count: number) => String(Number(count.toFixed(3)))
      return {
        code: `QUOTA_${resource}` as const,
        message: `${told(after)} ${noun} would be used, the limit is ${told(limit)}, and ${told(used)} ${resource === 'MEMORY' ? 'is' : 'are'} in use now. ${way}, or ask for a higher limit.`,
      }
    })
}

const words: Record<QuotaResource, { noun: string; way: string }> = {
  SERVERS: { noun: 'servers', way: 'Delete one that is no longer needed' },
  REPLICAS: { noun: 'replicas', way: 'Take fewer replicas, or stop another server' },
  CPU: { noun: 'CPU cores', way: 'Take fewer threads or replicas, or stop another server' },
  MEMORY: {
    noun: 'of memory',
    way: 'Take a shorter context, fewer sequences in parallel or fewer replicas, or stop another server',
  },
}

/** The most replicas that a resource may have: those wanted and what the quota leaves for more of the same. */
export function replicasAllowed(footprint: Footprint, others: Use, limits: Limits, most: number): number {
  const fits = (limit: number, taken: number, each: number) =>
    each > 0 ? Math.floor((limit - taken) / each) : Number.POSITIVE_INFINITY
  const room = Math.min(
    fits(limits.replicas, others.REPLICAS, 1),
    fits(limits.cpu, others.CPU, footprint.threads),
    fits(limits.memory, others.MEMORY, footprint.memory),
  )
  return Math.min(Math.max(footprint.replicas, room), most)
}
