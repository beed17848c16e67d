import type { ContractViolation, Server, ServerPlan } from '@berth/schema/generated/servers.ts'
import { type Plan, summarise } from '../contract/contract.ts'
import type { Reason } from '../contract/quota.ts'
import type { PodUsage, ServerRow } from '../records/server.ts'

/** A server's record as the API has it. The operator names the Deployment and the Service after the server. */
export function serverView(row: ServerRow, publicUrl: string): Server {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    message: row.message,
    modelName: row.modelName,
    model: { id: row.modelId },
    modelVersion: { id: row.modelVersionId },
    runtime: row.runtime,
    replicas: row.replicas,
    readyReplicas: row.readyReplicas,
    usage: {
      memoryBytes: row.memoryBytes,
      maxMemoryBytes: row.maxMemoryBytes,
      cpuCores: row.cpuCores,
      requestsPerMinute: sumOf(row, 'requestsPerMinute'),
      tokensPerSecond: sumOf(row, 'tokensPerSecond'),
      queueLength: sumOf(row, 'queueLength'),
      sequencesBusy: sumOf(row, 'sequencesBusy'),
    },
    kubernetes: { namespace: row.namespace, deployment: row.name, service: row.name, pods: row.pods },
    url: `${publicUrl}/${row.id}/v1`,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    updatedAt: row.updatedAt,
  }
}

/** Over all pods; null when none tells. */
function sumOf({ pods }: ServerRow, key: keyof PodUsage): number | null {
  const known = pods.map((pod) => pod[key]).filter((value) => typeof value === 'number')
  const sum = known.reduce((total, value) => total + value, 0)
  return known.length === 0 ? null : Math.round(sum * 10) / 10
}

export function planView(plan: Plan, signed: { token: string; expiresAt: Date } | null): ServerPlan {
  return {
    allowed: signed !== null,
    reasons: plan.reasons,
    token: signed?.token ?? null,
    expiresAt: signed?.expiresAt ?? null,
    retrievalNeeded: plan.retrievalNeeded,
    memory: plan.memory,
    quota: plan.quota,
  }
}

export const violationView = (
  reasons: Reason[],
): ContractViolation & { __typename: 'ContractViolation' } => ({
  __typename: 'ContractViolation',
  message: `The contract does not allow this: ${summarise(reasons)}`,
  reasons,
})
