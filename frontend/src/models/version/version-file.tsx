import { CopyButton } from '../../design/copy-button.tsx'
import { Facts } from '../../design/facts.tsx'
import { formatBytes } from '../../design/formats.ts'
import { Instant } from '../../design/instant.tsx'
import { Panel } from '../../design/panel.tsx'
import type { VersionDetailFragment } from '../../generated/graphql.ts'
import styles from './version-file.module.css'

/** Where the file came from, and where it lies. */
export function VersionFile({ version }: { version: VersionDetailFragment }) {
  const { file, source } = version
  const digest = file?.sha256 ?? source.sha256
  const size = file?.sizeBytes ?? source.sizeBytes
  return (
    <Panel title="File">
      <div className={styles.file}>
        <Facts
          facts={[
            ['Size', formatBytes(size)],
            ['Bytes', size?.toLocaleString('en') ?? '–'],
            ['Registered', <Instant key="createdAt" at={version.createdAt} />],
            ['Updated', <Instant key="updatedAt" at={version.updatedAt} />],
          ]}
        />
        <dl className={styles.long}>
          <dt>Source</dt>
          <dd>
            <code>{source.uri}</code>
          </dd>
          <dt>{file ? 'SHA-256' : 'SHA-256, as it must be'}</dt>
          <dd>
            {digest ? (
              <>
                <code>{digest}</code> <CopyButton text={digest} what="SHA-256" />
              </>
            ) : (
              'not known yet'
            )}
          </dd>
          <dt>Path in the store</dt>
          <dd>{file ? <code>{file.path}</code> : 'not there yet'}</dd>
        </dl>
      </div>
    </Panel>
  )
}
