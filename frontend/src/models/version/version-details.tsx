import { Badge } from '../../design/badge.tsx'
import { Notice } from '../../design/notice.tsx'
import { PageHead, Panel } from '../../design/panel.tsx'
import type { VersionDetailFragment } from '../../generated/graphql.ts'
import { failureText } from '../../graph/failure.ts'
import { useMe } from '../../session/me.ts'
import { useLiveRetrieval } from '../retrieval/live-retrieval.ts'
import { RetrievalActions } from '../retrieval/retrieval-actions.tsx'
import { RetrievalView } from '../retrieval/retrieval-view.tsx'
import { StepTable } from '../retrieval/step-table.tsx'
import { Shared } from '../shared.tsx'
import { versionLook } from './version.ts'
import { VersionActions } from './version-actions.tsx'
import styles from './version-details.module.css'
import { VersionFile } from './version-file.tsx'
import { VersionMetadata } from './version-metadata.tsx'
import { VersionNews } from './version-news.tsx'
import { VersionServers } from './version-servers.tsx'

interface VersionDetailsProps {
  version: VersionDetailFragment
  /** Its retrieval has ended: what is known of the version is old. */
  onEnd(): void
}

export function VersionDetails({ version, onEnd }: VersionDetailsProps) {
  const { retrieval, isLive, error } = useLiveRetrieval(version, onEnd)
  const { model, tag } = version
  const isAdmin = useMe()?.role === 'ADMIN'
  const isCurator = !model.shared || isAdmin
  const { tone, word } = versionLook(version)
  const name = `${model.name}:${tag}`
  const mark = (
    <>
      <Badge tone={tone}>{word}</Badge> {model.shared && <Shared />}
    </>
  )
  return (
    <>
      <PageHead title={`${model.name} : ${tag}`} mark={mark}>
        <RetrievalActions name={name} version={version} retrieval={retrieval} isCurator={isCurator} />
        <VersionActions name={name} version={version} isCurator={isCurator} />
      </PageHead>
      {model.description && <p className={styles.description}>{model.description}</p>}
      <VersionNews name={name} version={version} retrieval={retrieval} />
      <div className={styles.page}>
        {error && <Notice kind="error">{failureText(error)}</Notice>}
        {retrieval && version.status !== 'READY' && (
          <Panel title="Retrieval">
            <RetrievalView retrieval={retrieval} isLive={isLive}>
              <StepTable steps={retrieval.steps} />
            </RetrievalView>
          </Panel>
        )}
        <VersionMetadata metadata={version.metadata} />
        <VersionFile version={version} />
        <VersionServers servers={version.servers} />
        {retrieval && version.status === 'READY' && (
          <Panel title="Retrieval">
            <StepTable steps={retrieval.steps} />
          </Panel>
        )}
      </div>
    </>
  )
}
