import type { ContractViolation, Server, ServerPlan } from '@berth/schema/generated/servers.ts'
import { type Plan, summarise } from '../contract/contract.ts'
import type { Reason } from '../contract/quota.ts'
import type { ServerRow } from '../records/server.ts'

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
    usage: { memoryBytes: row.memoryBytes, maxMemoryBytes: row.maxMemoryBytes, cpuCores: row.cpuCores },
    kubernetes: { namespace: row.namespace, deployment: row.name, service: row.name, pods: row.pods },
    url: `${publicUrl}/${row.id}/v1`,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    updatedAt: row.updatedAt,
  }
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
