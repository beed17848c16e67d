import type { ModelShape } from '../contract/memory.ts'
import type { ApprovedFile } from '../records/server.ts'

export type VersionStatus = 'REGISTERED' | 'RETRIEVING' | 'READY' | 'FAILED'

/** What this service needs to know of a model's version; owned by the models service. */
export interface ModelFacts {
  modelId: string
  modelName: string
  versionId: string
  status: VersionStatus
  /** The file's size, or the one that the source announces; null until either is known. */
  sizeBytes: number | null
  /** From the GGUF header; null until it was read. */
  shape: ModelShape | null
  /** The object in the store; null until the version is READY. */
  file: ApprovedFile | null
  retrieval: { status: string; bytesReceived: number; bytesTotal: number | null; error: string | null } | null
}
