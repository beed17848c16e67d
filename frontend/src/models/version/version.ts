import type { Tone } from '../../design/badge.tsx'
import { formatBytes, formatCount } from '../../design/formats.ts'
import { graphql } from '../../generated/gql.ts'
import type { ModelVersionStatus, VersionFactsFragment } from '../../generated/graphql.ts'

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

const isCancelled = ({ status, retrieval }: Standing): boolean =>
  status === 'REGISTERED' && retrieval?.status === 'CANCELLED'

/** How a version's status is shown. */
export function versionLook(version: Standing): { tone: Tone; word: string } {
  if (isCancelled(version)) return { tone: 'calm', word: 'Cancelled' }
  if (isUpload(version) && version.status === 'REGISTERED') return { tone: 'calm', word: 'Being uploaded' }
  if (isUpload(version) && version.status === 'RETRIEVING') return { tone: 'busy', word: 'Checking' }
  return looks[version.status]
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
