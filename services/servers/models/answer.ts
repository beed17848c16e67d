import { z } from 'zod'
import type { ModelFacts, StorageFacts } from './facts.ts'

/** The fields of a `ModelVersion` that `versionShape` reads. */
export const versionFields = `
  id
  status
  source { uri sizeBytes }
  file { path sizeBytes sha256 }
  metadata {
    contextLength blockCount embeddingLength headCount headCountKv keyLength valueLength vocabularySize
  }
  retrieval { status bytesReceived bytesTotal error steps { status error } }
`

const size = z.number().nullable()

export const versionShape = z.object({
  id: z.string(),
  status: z.enum(['REGISTERED', 'RETRIEVING', 'READY', 'FAILED']),
  source: z.object({ uri: z.string(), sizeBytes: size }),
  file: z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() }).nullable(),
  metadata: z
    .object({
      contextLength: size,
      blockCount: size,
      embeddingLength: size,
      headCount: size,
      headCountKv: size,
      keyLength: size,
      valueLength: size,
      vocabularySize: size,
    })
    .nullable(),
  retrieval: z
    .object({
      status: z.string(),
      bytesReceived: z.number(),
      bytesTotal: size,
      error: z.string().nullable(),
      steps: z.array(z.object({ status: z.string(), error: z.string().nullable() })),
    })
    .nullable(),
})

export const modelShape = z.object({
  id: z.string(),
  name: z.string(),
  // Newest first.
  versions: z.array(versionShape),
})

type Version = z.infer<typeof versionShape>

/** The newest version, but for an upload that is not complete: unless there is nothing else, it is nothing to deploy yet. */
export const newestOf = (versions: readonly Version[]): Version | undefined =>
  versions.find((version) => !isOpenUpload(version)) ?? versions[0]

const isUpload = ({ source }: Version) => source.uri.startsWith('upload:')
const isOpenUpload = (version: Version) =>
  isUpload(version) && version.status === 'REGISTERED' && version.retrieval === null

export const storageShape: z.ZodType<StorageFacts> = z.object({
  usedBytes: z.number(),
  reservedBytes: z.number(),
  limitBytes: z.number(),
  fileLimitBytes: z.number(),
})

/** A version as the models subgraph answers it, as facts. */
export function factsOf(
  model: { id: string; name: string },
  version: Version,
  storage: StorageFacts | null = null,
): ModelFacts {
  return {
    modelId: model.id,
    modelName: model.name,
    versionId: version.id,
    status: version.status,
    sizeBytes: version.file?.sizeBytes ?? version.source.sizeBytes,
    shape: version.metadata,
    file: version.file,
    // What is being uploaded has its room already.
    storage: isUpload(version) ? null : storage,
    retrieval: version.retrieval && toldOf(version.retrieval),
  }
}

/** A retrieval that waits, or goes on after a failed attempt, tells of it at the step only. */
function toldOf({ steps, ...retrieval }: NonNullable<Version['retrieval']>): ModelFacts['retrieval'] {
  const telling = steps.find(({ error }) => error !== null)
  const text = telling?.error ?? null
  if (telling?.status === 'PENDING') return { ...retrieval, waitsFor: text }
  return { ...retrieval, error: retrieval.error ?? text, waitsFor: null }
}
