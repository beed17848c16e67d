import { useRef, useState } from 'react'
import { useMutation } from 'urql'
import { Badge, type Tone } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { formatBytes, formatCount } from '../design/formats.ts'
import { Notice } from '../design/notice.tsx'
import { graphql } from '../generated/gql.ts'
import type { ModelVersionStatus, VersionFactsFragment } from '../generated/graphql.ts'
import { type Outcome, problemOf } from '../graph/failure.ts'
import { RetrievalView } from './retrieval-view.tsx'
import styles from './version-row.module.css'

export const VersionFacts = graphql(`
  fragment VersionFacts on ModelVersion {
    id
    tag
    status
    source { uri sizeBytes }
    file { sizeBytes sha256 }
    metadata { architecture quantization parameterCount contextLength }
    retrieval { id status }
    updatedAt
  }
`)

const RetrieveModel = graphql(`
  mutation RetrieveModel($versionId: ID!) {
    retrieveModel(versionId: $versionId) {
      __typename
      ... on RetrieveModelSuccess { version { ...VersionFacts } }
      ... on Error { message }
    }
  }
`)

const DeleteModelVersion = graphql(`
  mutation DeleteModelVersion($id: ID!) {
    deleteModelVersion(id: $id) {
      __typename
      ... on Error { message }
    }
  }
`)

const looks: Record<ModelVersionStatus, { tone: Tone; word: string }> = {
  REGISTERED: { tone: 'calm', word: 'Registered' },
  RETRIEVING: { tone: 'busy', word: 'Retrieving' },
  READY: { tone: 'good', word: 'Ready' },
  FAILED: { tone: 'bad', word: 'Failed' },
}

interface VersionRowProps {
  /** The model's name. */
  model: string
  version: VersionFactsFragment
  onChange(): void
}

export function VersionRow({ model, version, onChange }: VersionRowProps) {
  const [retrieving, retrieve] = useMutation(RetrieveModel)
  const [deleting, remove] = useMutation(DeleteModelVersion)
  const [problem, setProblem] = useState<string>()
  const asking = useRef<HTMLDialogElement>(null)
  const { tone, word } = looks[version.status]
  const canRetrieve = version.status === 'REGISTERED' || version.status === 'FAILED'

  async function act(action: Promise<Outcome>) {
    setProblem(problemOf(await action))
    onChange()
  }

  return (
    <li className={styles.version} data-tag={version.tag}>
      <div className={styles.line}>
        <strong>{version.tag}</strong>
        <Badge tone={tone}>{word}</Badge>
        <span className={styles.facts}>{factsOf(version)}</span>
        <span className={styles.actions}>
          {canRetrieve && (
            <Button
              look="plain"
              busy={retrieving.fetching}
              onClick={() => act(retrieve({ versionId: version.id }))}
            >
              {version.status === 'FAILED' ? 'Retry' : 'Retrieve'}
            </Button>
          )}
          <Button
            look="danger"
            busy={deleting.fetching}
            onClick={() => asking.current?.showModal()}
            aria-label={`Delete version ${version.tag} of ${model}`}
          >
            Delete
          </Button>
        </span>
      </div>
      <code className={styles.source}>{version.source.uri}</code>
      <Dialog
        ref={asking}
        title={`Delete ${model} ${version.tag}?`}
        confirm="Delete"
        onConfirm={() => void act(remove({ id: version.id }))}
      >
        <p>
          Its file leaves the store when no other version has the same one. Nothing that uses it can be
          started again.
        </p>
      </Dialog>
      {problem && <Notice kind="error">{problem}</Notice>}
      {(version.status === 'RETRIEVING' || version.status === 'FAILED') && (
        <RetrievalView
          versionId={version.id}
          onEnd={() => version.status === 'RETRIEVING' && onChange()}
          key={version.retrieval?.id}
        />
      )}
    </li>
  )
}

function factsOf({ file, source, metadata }: VersionFactsFragment): string {
  const size = file?.sizeBytes ?? source.sizeBytes
  return [
    size ? formatBytes(size) : undefined,
    metadata?.architecture,
    metadata?.parameterCount ? `${formatCount(metadata.parameterCount)} parameters` : undefined,
    metadata?.quantization,
    metadata?.contextLength ? `${metadata.contextLength} tokens` : undefined,
  ]
    .filter(Boolean)
    .join(' · ')
}
