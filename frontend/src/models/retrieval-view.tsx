import { useEffect, useEffectEvent } from 'react'
import { useSubscription } from 'urql'
import { Badge, type Tone } from '../design/badge.tsx'
import { formatBytes } from '../design/formats.ts'
import { Notice } from '../design/notice.tsx'
import { Progress } from '../design/progress.tsx'
import { graphql } from '../generated/gql.ts'
import type { RetrievalStepName, RetrievalStepStatus, RetrievalSubscription } from '../generated/graphql.ts'
import { failureText } from '../graph/failure.ts'
import styles from './retrieval-view.module.css'

const RetrievalChanged = graphql(`
  subscription Retrieval($versionId: ID!) {
    retrieval(versionId: $versionId) {
      id
      status
      bytesReceived
      bytesTotal
      error
      steps { name status attempts error startedAt finishedAt }
    }
  }
`)

type Step = RetrievalSubscription['retrieval']['steps'][number]

const tones: Record<RetrievalStepStatus, Tone> = {
  PENDING: 'calm',
  RUNNING: 'busy',
  SUCCEEDED: 'good',
  FAILED: 'bad',
}
const words: Record<RetrievalStepName, string> = {
  RESOLVE: 'Resolve',
  SIGN: 'Sign',
  DOWNLOAD: 'Download',
  VERIFY: 'Verify',
  INSPECT: 'Inspect',
  PUBLISH: 'Publish',
}
/** What stands after a step's word, for those who do not see its colour. */
const marks: Record<RetrievalStepStatus, string> = {
  PENDING: '',
  RUNNING: '…',
  SUCCEEDED: ' ✓',
  FAILED: ' failed',
}

/** A retrieval as it goes on: its steps, and how far the download is. */
export function RetrievalView({ versionId, onEnd }: { versionId: string; onEnd(): void }) {
  const [{ data, error }] = useSubscription({ query: RetrievalChanged, variables: { versionId } })
  const retrieval = data?.retrieval
  const status = retrieval?.status
  const tellEnd = useEffectEvent(onEnd)
  useEffect(() => {
    if (status === 'SUCCEEDED' || status === 'FAILED') tellEnd()
  }, [status])
  if (error) return <Notice kind="error">{failureText(error)}</Notice>
  if (!retrieval) return null
  const { bytesReceived, bytesTotal } = retrieval
  const share = bytesTotal
    ? ` of ${formatBytes(bytesTotal)} (${Math.floor((100 * bytesReceived) / bytesTotal)} %)`
    : ''
  return (
    <div className={styles.retrieval}>
      {status !== 'FAILED' && (
        <Progress
          label="Bytes received"
          done={bytesReceived}
          total={bytesTotal ?? null}
          text={`${formatBytes(bytesReceived)}${share}`}
        />
      )}
      <ol className={styles.steps} aria-label="Steps">
        {retrieval.steps.map((step) => (
          <StepItem key={step.name} step={step} />
        ))}
      </ol>
      {retrieval.error && <Notice kind="error">{retrieval.error}</Notice>}
    </div>
  )
}

function StepItem({ step }: { step: Step }) {
  const again = step.attempts > 1 ? ` (${step.attempts} attempts)` : ''
  return (
    <li title={step.error ?? undefined}>
      <Badge tone={tones[step.status]}>{`${words[step.name]}${marks[step.status]}${again}`}</Badge>
    </li>
  )
}
