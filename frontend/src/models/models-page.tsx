import { useRef } from 'react'
import { Button } from '../design/button.tsx'
import { PageHead } from '../design/panel.tsx'
import { useKeptFocus } from '../design/use-kept-focus.ts'
import { useMe } from '../session/me.ts'
import { ModelList } from './model-list.tsx'
import { ModelSearch, useSearch } from './model-search.tsx'
import styles from './models-page.module.css'
import { RegisterModelDialog } from './register-model-dialog.tsx'
import { StorageMeter } from './storage-meter.tsx'
import { ChooseFiles } from './upload/choose-files.tsx'
import { DropTarget } from './upload/drop-target.tsx'
import { useIncomingFiles } from './upload/incoming-files.ts'
import { useOpenUploads } from './upload/open-uploads.ts'
import { UploadDialog } from './upload/upload-dialog.tsx'
import { UploadList } from './upload/upload-list.tsx'

/** The model hub: every model, how full the store is, and how a file comes in. */
export function ModelsPage() {
  const isAdmin = useMe()?.role === 'ADMIN'
  const [search, setSearch] = useSearch()
  const uploads = useOpenUploads()
  const incoming = useIncomingFiles(uploads)
  const page = useRef<HTMLDivElement>(null)
  useKeptFocus(page)
  const registering = useRef<HTMLDialogElement>(null)
  const ways = (
    <>
      <ChooseFiles onChoose={incoming.add}>Upload a file</ChooseFiles>
      <Button onClick={() => registering.current?.showModal()}>Register a model</Button>
    </>
  )
  return (
    <div ref={page}>
      <PageHead title="Models">{ways}</PageHead>
      <div className={styles.tools}>
        <ModelSearch search={search} onSearch={setSearch} />
        <StorageMeter />
      </div>
      <UploadList uploads={uploads} />
      <ModelList search={search} isAdmin={isAdmin} ways={ways} />
      <RegisterModelDialog ref={registering} isAdmin={isAdmin} />
      {incoming.file && (
        <UploadDialog key={incoming.number} file={incoming.file} isAdmin={isAdmin} onClose={incoming.next} />
      )}
      <DropTarget onDrop={incoming.add} />
    </div>
  )
}
