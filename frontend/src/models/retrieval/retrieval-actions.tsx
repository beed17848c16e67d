import { useRef, useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { formatBytes } from '../../design/formats.ts'
import { Notice } from '../../design/notice.tsx'
import { graphql } from '../../generated/gql.ts'
import type { RetrievalFactsFragment, VersionFactsFragment } from '../../generated/graphql.ts'
import { type Outcome, problemOf } from '../../graph/failure.ts'
import { isUpload } from '../version/version.ts'
import { isOver } from './retrieval.ts'
import styles from './retrieval-actions.module.css'

const RetrieveModel = graphql(`
  mutation RetrieveModel($versionId: ID!) {
    retrieveModel(versionId: $versionId) {
      __typename
      ... on RetrieveModelSuccess { version { ...VersionFacts } }
      ... on Error { message }
    }
  }
`)

const CancelRetrieval = graphql(`
  mutation CancelRetrieval($versionId: ID!) {
    cancelRetrieval(versionId: $versionId) {
      __typename
      ... on CancelRetrievalSuccess { version { ...VersionFacts } }
      ... on Error { message }
    }
  }
`)

interface RetrievalActionsProps {
  /** The model's name and the version's tag, as in `storyteller:latest`. */
  name: string
  version: VersionFactsFragment
  retrieval: RetrievalFactsFragment | null
  /** May change the model and what becomes of it. */
  isCurator: boolean
}

/** Begins a version's retrieval, ends it, or tries it again: whichever there is to do now. */
export function RetrievalActions({ name, version, retrieval, isCurator }: RetrievalActionsProps) {
  const [retrieving, retrieve] = useMutation(RetrieveModel)
  const [cancelling, cancel] = useMutation(CancelRetrieval)
  const [problem, setProblem] = useState<string>()
  const asking = useRef<HTMLDialogElement>(null)
  const versionId = version.id
  const runs = version.status === 'RETRIEVING'

  async function act(action: Promise<Outcome>) {
    setProblem(undefined)
    setProblem(problemOf(await action))
  }

  const word = retrieval && isOver(retrieval) ? 'Retry' : 'Retrieve'
  // An upload comes from the person who has the file, and nobody else's retrieval is for us to end.
  const isOurs = runs ? isCurator : version.status !== 'READY' && !isUpload(version)
  if (!isOurs) return null
  return (
    <div className={styles.actions}>
      {problem && <Notice kind="error">{problem}</Notice>}
      {/* One button that changes its word, so that it keeps the focus. */}
      <Button
        look="plain"
        busy={retrieving.fetching || cancelling.fetching}
        aria-label={`${runs ? 'Cancel' : word} ${name}`}
        onClick={() => (runs ? asking.current?.showModal() : act(retrieve({ versionId })))}
      >
        {runs ? 'Cancel' : word}
      </Button>
      <Dialog
        ref={asking}
        title={`Cancel the retrieval of ${name}?`}
        confirm="Cancel the retrieval"
        dismiss="Let it go on"
        look="danger"
        onConfirm={() => void act(cancel({ versionId }))}
      >
        <p>{lossOf(version, retrieval)}</p>
      </Dialog>
    </div>
  )
}

function lossOf(version: VersionFactsFragment, retrieval: RetrievalFactsFragment | null): string {
  if (isUpload(version)) return 'The file that was uploaded is thrown away.'
  return retrieval?.bytesReceived
    ? `The ${formatBytes(retrieval.bytesReceived)} that came so far are thrown away; a retry starts anew.`
    : 'A retry starts anew.'
}
