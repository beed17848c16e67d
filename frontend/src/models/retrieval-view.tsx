import type { ReactNode } from 'react'
import { Announcement } from '../design/announcement.tsx'
import { Notice } from '../design/notice.tsx'
import { useNow } from '../design/use-now.ts'
import type { RetrievalFactsFragment } from '../generated/graphql.ts'
import { isFlowing, isOver, queueText, retrievalNews, waitOf, waitText } from './retrieval.ts'
import styles from './retrieval-view.module.css'
import { Transfer } from './transfer.tsx'

interface RetrievalViewProps {
  retrieval: RetrievalFactsFragment
  /** Its steps, in a line or in a table. */
  children: ReactNode
}

/** A retrieval as it goes on: how far it is, its steps, and what it waits for. */
export function RetrievalView({ retrieval, children }: RetrievalViewProps) {
  const isQueued = retrieval.status === 'PENDING' || queueText(retrieval) !== undefined
  // An upload's file is there already; its steps only look at it.
  const downloads = retrieval.steps.some(({ name }) => name === 'DOWNLOAD')
  return (
    <div className={styles.retrieval}>
      {downloads && !isOver(retrieval) && (
        <Transfer
          label="Bytes received"
          done={retrieval.bytesReceived}
          total={retrieval.bytesTotal ?? null}
          isFlowing={isFlowing(retrieval)}
        />
      )}
      {children}
      <Trouble retrieval={retrieval} />
      {/* Where neither a bar nor a step shows it. */}
      <Announcement isSeen={isQueued || retrieval.status === 'CANCELLED'}>
        {retrievalNews(retrieval)}
      </Announcement>
    </div>
  )
}

/** What went wrong: for good, or so that it is tried again. */
function Trouble({ retrieval }: { retrieval: RetrievalFactsFragment }) {
  const wait = waitOf(retrieval)
  const now = useNow(wait !== undefined)
  if (retrieval.error && retrieval.status === 'FAILED') {
    return <Notice kind="error">{retrieval.error}</Notice>
  }
  if (isOver(retrieval)) return null
  return retrieval.steps
    .filter(({ error, status }) => error && (status === 'RUNNING' || status === 'FAILED'))
    .map((step) => (
      <Notice key={step.name} kind="warning" role="presentation">
        {step.error}
        {wait?.step.name === step.name && <> It {waitText(wait.until, now)}.</>}
      </Notice>
    ))
}
