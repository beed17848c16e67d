import { Panel } from '../../design/panel.tsx'
import type { ListedUpload } from './open-uploads.ts'
import { UploadItem } from './upload-item.tsx'
import styles from './upload-list.module.css'

/** The uploads that are not finished; nothing when there are none. */
export function UploadList({ uploads }: { uploads: readonly ListedUpload[] }) {
  if (uploads.length === 0) return null
  return (
    <div className={styles.uploads}>
      <Panel title="Uploads">
        <ul>
          {uploads.map((open) => (
            <UploadItem key={open.upload.id} {...open} />
          ))}
        </ul>
      </Panel>
    </div>
  )
}
