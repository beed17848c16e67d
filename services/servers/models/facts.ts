import type { ModelShape } from '../contract/memory.ts'
import type { ApprovedFile } from '../records/server.ts'

export type VersionStatus = 'REGISTERED' | 'RETRIEVING' | 'READY' | 'FAILED'

/** What a tenant stores of models, and how much it may; in bytes. */
export interface StorageFacts {
  usedBytes: number
  /** On its way. */
  reservedBytes: number
  limitBytes: number
  fileLimitBytes: number
}

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
  /** What the tenant stores; null where the file would not count for it, or was not asked for. */
  storage: StorageFacts | null
  retrieval: RetrievalFacts | null
}

/** The newest retrieval of a version. */
export interface RetrievalFacts {
  status: string
  bytesReceived: number
  bytesTotal: number | null
  /** Of the retrieval, or of its newest attempt. */
  error: string | null
  /** What it waits for before it goes on; null while it does not. */
  waitsFor: string | null
}
