import type { ModelServe } from '@berth/schema/generated/modelserve.ts'
import { apiVersion, contractAnnotation, kind, labels } from '@berth/schema/modelserve.ts'
import type { KubernetesObject } from '@kubernetes/client-node'
import type { ApprovedFile, ServerRow } from '../records/server.ts'

/** A ModelServe as the API has it. */
export type ModelServeResource = KubernetesObject & ModelServe

export const modelServeType = { apiVersion, kind } as const

/** The spec that the contract approves; the file is the one that it looked at. */
export function modelServeSpec(server: ServerRow, file: ApprovedFile, bucket: string): ModelServe['spec'] {
  const { contextSize, parallel, threads, gpuLayers, batchSize } = server.runtime
  return {
    serverId: server.id,
    model: {
      name: server.modelName,
      versionId: server.modelVersionId,
      uri: `s3://${bucket}/${file.path}`,
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
    },
    runtime: { engine: 'node-llama-cpp', contextSize, parallel, threads, gpuLayers, batchSize },
    replicas: server.replicas,
    resources: { cpu: String(threads), memory: `${Math.ceil(server.memoryRequest / 2 ** 20)}Mi` },
  }
}

/** The resource with the marks by which the operator and its webhook know it. */
export function modelServeResource(
  server: ServerRow,
  spec: ModelServe['spec'],
  contractToken: string,
): ModelServeResource {
  return {
    ...modelServeType,
    metadata: {
      name: server.name,
      namespace: server.namespace,
      labels: {
        [labels.serverId]: server.id,
        [labels.tenant]: server.tenantId,
        [labels.managedBy]: 'berth',
      },
      annotations: { [contractAnnotation]: contractToken },
    },
    spec,
  }
}
