import type { Model, ModelVersion, Retrieval } from '@berth/schema/generated/models.ts'
import type { ModelRow, VersionRow } from '../registry/rows.ts'
import type { RetrievalRow } from '../retrieval/rows.ts'
import { withoutQuery } from '../source/uri.ts'

/** A model as the graph shows it; its versions are resolved when they are asked for. */
export const modelNode = ({ id, name, description, tenantId, createdAt, updatedAt }: ModelRow): Model =>
  ({ __typename: 'Model', id, name, description, shared: tenantId === null, createdAt, updatedAt }) as Model

/** A version as the graph shows it; its model and its retrieval are resolved when they are asked for. */
export function versionNode(row: VersionRow): ModelVersion {
  const { id, tag, status, metadata, createdAt, updatedAt } = row
  const source = { uri: withoutQuery(row.sourceUri), sha256: row.sourceSha256, sizeBytes: row.sourceSize }
  return {
    __typename: 'ModelVersion',
    id,
    tag,
    status,
    source,
    file: fileOf(row),
    metadata,
    createdAt,
    updatedAt,
  } as ModelVersion
}

function fileOf({ objectPath, objectSize, objectSha256 }: VersionRow): ModelVersion['file'] {
  if (objectPath === null || objectSize === null || objectSha256 === null) return null
  return { path: objectPath, sizeBytes: objectSize, sha256: objectSha256 }
}

export function retrievalNode({
  id,
  status,
  steps,
  bytesReceived,
  bytesTotal,
  error,
  createdAt,
  finishedAt,
}: RetrievalRow): Retrieval {
  return {
    __typename: 'Retrieval',
    id,
    status,
    steps,
    bytesReceived,
    bytesTotal,
    error,
    createdAt,
    finishedAt,
  }
}
