import type { ReactNode } from 'react'
import { Notice } from '../../design/notice.tsx'
import { useNow } from '../../design/use-now.ts'
import type { RetrievalFactsFragment } from '../../generated/graphql.ts'
import { isFlowing, isOver, queueText, retrievalNews, stepNow, waitOf, waitText } from './retrieval.ts'
import styles from './retrieval-view.module.css'
import { Transfer } from './transfer.tsx'

interface RetrievalViewProps {
  retrieval: RetrievalFactsFragment
  /** It is followed as it goes on; else it is as old as the page's last question. */
  isLive: boolean
  /** Its steps, in a line or in a table. */
  children: ReactNode
}

/** A retrieval as it goes on: how far it is, its steps, and what it waits for. */
export function RetrievalView({ retrieval, isLive, children }: RetrievalViewProps) {
  const isQueued = retrieval.status === 'PENDING' || queueText(retrieval) !== undefined
  // An upload's file is there already; its steps only look at it.
  const downloads = retrieval.steps.some(({ name }) => name === 'DOWNLOAD')
  const hasBegun = retrieval.bytesReceived > 0 || stepNow(retrieval)?.name === 'DOWNLOAD'
  return (
    <div className={styles.retrieval}>
      {downloads && hasBegun && !isOver(retrieval) && (
        <Transfer
          label="Bytes received"
          done={retrieval.bytesReceived}
          total={retrieval.bytesTotal ?? null}
          isFlowing={isLive && isFlowing(retrieval)}
        />
      )}
      {children}
      {isQueued && <p className={styles.wait}>{retrievalNews(retrieval)}</p>}
      <Trouble retrieval={retrieval} />
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
