import { useRef } from 'react'
import { useParams } from 'react-router'
import { type CombinedError, useQuery } from 'urql'
import { ButtonLink } from '../../design/button-link.tsx'
import { Notice } from '../../design/notice.tsx'
import { Nothing } from '../../design/panel.tsx'
import { useKeptFocus } from '../../design/use-kept-focus.ts'
import { graphql } from '../../generated/gql.ts'
import type { VersionDetailFragment } from '../../generated/graphql.ts'
import { failureText } from '../../graph/failure.ts'
import { useKeptData } from '../../graph/use-kept-data.ts'
import { useRefresh } from '../../graph/use-refresh.ts'
import { useRetry } from '../../graph/use-retry.ts'
import { VersionDetails } from './version-details.tsx'

const Version = graphql(`
  query Version($id: ID!) {
    modelVersion(id: $id) { ...VersionDetail }
  }
  fragment VersionDetail on ModelVersion {
    ...VersionFacts
    source { sha256 }
    file { path }
    metadata {
      blockCount
      embeddingLength
      headCount
      headCountKv
      chatTemplate
      tokenizer
      vocabularySize
      license
      tensorCount
    }
    model { id name description shared }
    servers { id name status }
    createdAt
  }
`)

/** One version of a model: all that is known of its file, and who runs it. */
export function VersionPage() {
  const { id = '' } = useParams()
  return <One key={id} id={id} />
}

function One({ id }: { id: string }) {
  const [{ data, error }, refetch] = useQuery({
    query: Version,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const again = () => refetch({ requestPolicy: 'network-only' })
  useRetry(error, again)
  useRefresh(again)
  const page = useRef<HTMLDivElement>(null)
  useKeptFocus(page)
  const version = useKeptData(data)?.modelVersion
  return <div ref={page}>{contentOf({ version, error, again })}</div>
}

interface Known {
  /** Undefined until the first answer; null when there is none. */
  version: VersionDetailFragment | null | undefined
  error: CombinedError | undefined
  again(): void
}

function contentOf({ version, error, again }: Known) {
  if (version) return <VersionDetails version={version} onEnd={again} />
  if (error) return <Notice kind="error">{failureText(error)}</Notice>
  if (version === undefined) return <p>Loading…</p>
  return (
    <Nothing title="There is no such version">
      <p>It was deleted, or its address is mistyped.</p>
      <ButtonLink to="/models">To the models</ButtonLink>
    </Nothing>
  )
}
