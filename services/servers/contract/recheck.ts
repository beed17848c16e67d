import type { ModelFacts } from '../models/facts.ts'
import type { Runtime, ServerRow } from '../records/server.ts'
import { contextReasons } from './contract.ts'
import { defaultContext } from './input.ts'
import type { Limits } from './limits.ts'
import { estimateMemory, memoryRequest } from './memory.ts'
import {
  footprintOf,
  holdsResources,
  quotaLines,
  quotaReasons,
  type Reason,
  totalUse,
  type Use,
  useOf,
} from './quota.ts'

type Counted = Pick<
  ServerRow,
  'id' | 'desired' | 'status' | 'resourceGeneration' | 'replicas' | 'runtime' | 'memoryRequest'
>

/** What a tenant's servers use, and what they use without one of them. */
export function useAround(servers: readonly Counted[], id: string): { used: Use; others: Use } {
  return { used: totalUse(servers), others: totalUse(servers.filter((server) => server.id !== id)) }
}

/**
 * Decides whether a server that is recorded may run with so many replicas: when it is scaled or started.
 * @returns the reasons against it; none when it may.
 */
export function recheckReplicas(
  server: Counted,
  replicas: number,
  servers: readonly Counted[],
  limits: Limits,
): Reason[] {
  const { used, others } = useAround(servers, server.id)
  const added = useOf({ ...footprintOf(server), replicas })
  return quotaReasons(quotaLines(used, others, added, limits))
}

/**
 * Decides again once the model's header is known: what was approved from the file's size alone gets its true context
 * and memory.
 */
export function recheckModel(
  server: Counted & Pick<ServerRow, 'contextDefaulted'>,
  facts: ModelFacts,
  servers: readonly Counted[],
  limits: Limits,
): { reasons: Reason[]; runtime: Runtime; memoryRequest: number } {
  const runtime = server.contextDefaulted
    ? { ...server.runtime, contextSize: defaultContext(facts.shape?.contextLength ?? null) }
    : server.runtime
  const request = memoryRequest(estimateMemory(facts.sizeBytes, facts.shape, runtime), facts.sizeBytes)
  const { used, others } = useAround(servers, server.id)
  // A retry of one that failed before it was applied comes back from holding nothing.
  const before = holdsResources(server) ? used : others
  const added = useOf({ replicas: server.replicas, threads: runtime.threads, memory: request })
  return {
    reasons: [...contextReasons(facts, runtime), ...quotaReasons(quotaLines(before, others, added, limits))],
    runtime,
    memoryRequest: request,
  }
}
