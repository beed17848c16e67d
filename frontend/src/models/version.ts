import type { Tone } from '../design/badge.tsx'
import { formatBytes, formatCount } from '../design/formats.ts'
import { graphql } from '../generated/gql.ts'
import type { ModelVersionStatus, VersionFactsFragment } from '../generated/graphql.ts'

export const VersionFacts = graphql(`
  fragment VersionFacts on ModelVersion {
    id
    tag
    status
    source { uri sizeBytes }
    file { sizeBytes sha256 }
    metadata { architecture quantization parameterCount contextLength }
    retrieval { ...RetrievalFacts }
    updatedAt
  }
`)

const looks: Record<ModelVersionStatus, { tone: Tone; word: string }> = {
  REGISTERED: { tone: 'calm', word: 'Registered' },
  RETRIEVING: { tone: 'busy', word: 'Retrieving' },
  READY: { tone: 'good', word: 'Ready' },
  FAILED: { tone: 'bad', word: 'Failed' },
}

type Standing = Pick<VersionFactsFragment, 'status' | 'source' | 'retrieval'>

/** Its file comes, or came, from a person rather than from an address. */
export const isUpload = ({ source }: Standing): boolean => source.uri.startsWith('upload:')

/** Its file has not begun to come from the person who uploads it, or is still coming. */
export const isAwaited = (version: Standing): boolean => isUpload(version) && version.status === 'REGISTERED'

/** How a version's status is shown. */
export function versionLook(version: Standing): { tone: Tone; word: string } {
  if (isAwaited(version)) return { tone: 'calm', word: 'Being uploaded' }
  if (version.status !== 'RETRIEVING' && version.retrieval?.status === 'CANCELLED') {
    return { tone: 'calm', word: 'Cancelled' }
  }
  return isUpload(version) && version.status === 'RETRIEVING'
    ? { tone: 'busy', word: 'Checking' }
    : looks[version.status]
}

/** What one chooses a file by, in a line. */
export function versionSummary({ file, source, metadata }: VersionFactsFragment): string {
  const size = file?.sizeBytes ?? source.sizeBytes
  return [
    size ? formatBytes(size) : undefined,
    metadata?.architecture,
    metadata?.parameterCount ? `${formatCount(metadata.parameterCount)} parameters` : undefined,
    metadata?.quantization,
    metadata?.contextLength ? `${metadata.contextLength.toLocaleString('en')} tokens` : undefined,
  ]
    .filter(Boolean)
    .join(' · ')
}
