import { useRef } from 'react'
import { Link } from 'react-router'
import { Badge } from '../../design/badge.tsx'
import { Notice } from '../../design/notice.tsx'
import { useKeptFocus } from '../../design/use-kept-focus.ts'
import type { VersionFactsFragment } from '../../generated/graphql.ts'
import { failureText } from '../../graph/failure.ts'
import { useLiveRetrieval } from '../retrieval/live-retrieval.ts'
import { RetrievalActions } from '../retrieval/retrieval-actions.tsx'
import { RetrievalView } from '../retrieval/retrieval-view.tsx'
import { StepList } from '../retrieval/step-list.tsx'
import { versionLook, versionSummary } from './version.ts'
import { VersionNews } from './version-news.tsx'
import styles from './version-row.module.css'

interface VersionRowProps {
  /** The model's name. */
  model: string
  version: VersionFactsFragment
  /** May change the model and what becomes of it. */
  isCurator: boolean
  /** Its retrieval has ended: what is known of the version is old. */
  onEnd(): void
}

/** A version on its model's card: what it is, and how its retrieval goes. */
export function VersionRow({ model, version, isCurator, onEnd }: VersionRowProps) {
  const row = useRef<HTMLLIElement>(null)
  useKeptFocus(row)
  const { retrieval, isLive, error } = useLiveRetrieval(version, onEnd)
  const { tone, word } = versionLook(version)
  const name = `${model}:${version.tag}`
  const summary = versionSummary(version)
  return (
    <li ref={row} className={styles.version} data-tag={version.tag}>
      <div className={styles.line}>
        <Link
          to={`/models/versions/${version.id}`}
          className={styles.tag}
          aria-label={`${model} : ${version.tag}`}
        >
          {version.tag}
        </Link>
        <Badge tone={tone}>{word}</Badge>
        <span className={styles.facts}>{summary || version.source.uri}</span>
        <RetrievalActions name={name} version={version} retrieval={retrieval} isCurator={isCurator} />
      </div>
      <VersionNews name={name} version={version} retrieval={retrieval} />
      {error && <Notice kind="error">{failureText(error)}</Notice>}
      {retrieval && version.status !== 'READY' && retrieval.status !== 'CANCELLED' && (
        <RetrievalView retrieval={retrieval} isLive={isLive}>
          <StepList steps={retrieval.steps} />
        </RetrievalView>
      )}
    </li>
  )
}
