import { type ChangeEvent, useRef, useState, useSyncExternalStore } from 'react'
import { useMutation } from 'urql'
import { Announcement } from '../../design/announcement.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { formatBytes } from '../../design/formats.ts'
import { Notice } from '../../design/notice.tsx'
import { graphql } from '../../generated/gql.ts'
import { problemOf } from '../../graph/failure.ts'
import { Transfer } from '../retrieval/transfer.tsx'
import { bytesStored, type ListedUpload } from './open-uploads.ts'
import styles from './upload-item.module.css'
import type { UploadState } from './upload-state.ts'
import { mismatchOf } from './uploads.ts'
import { useUploads } from './uploads-context.tsx'

const CancelUpload = graphql(`
  mutation CancelUpload($id: ID!) {
    cancelUpload(id: $id) {
      __typename
      ... on Error { message }
    }
  }
`)

/** What the answer changes, although it does not name it. */
const context = { additionalTypenames: ['Upload', 'ModelVersion', 'Model', 'ModelStorage'] }

const nothing = () => () => undefined

/** A file on its way: how far it is, and how it goes on where it rests. */
export function UploadItem({ upload, local }: ListedUpload) {
  const uploads = useUploads()
  const state$ = local?.running.state$
  const state = useSyncExternalStore(state$?.subscribe ?? nothing, () => state$?.get())
  const [cancelling, cancel] = useMutation(CancelUpload)
  const [problem, setProblem] = useState<string>()
  const chooser = useRef<HTMLInputElement>(null)
  const asking = useRef<HTMLDialogElement>(null)
  const { id, fileName, sizeBytes, version } = upload
  const name = `${version.model.name}:${version.tag}`
  const does = deedOf(state)

  function choose({ target }: ChangeEvent<HTMLInputElement>) {
    const file = target.files?.[0]
    // The same file may be chosen again.
    target.value = ''
    if (!file) return
    const mismatch = mismatchOf(upload, file)
    setProblem(mismatch)
    if (!mismatch) uploads.start(upload, file)
  }

  function act() {
    setProblem(undefined)
    if (does === 'Pause') uploads.pause(id)
    else if (does === 'Go on' && local) uploads.start(upload, local.file)
    else chooser.current?.click()
  }

  async function throwAway() {
    uploads.forget(id)
    setProblem(problemOf(await cancel({ id }, context)))
  }

  const trouble = problem ?? (state?.phase === 'failed' ? state.problem : null)
  return (
    <li className={styles.upload} data-upload={name}>
      <div className={styles.line}>
        <strong>{name}</strong>
        <span className={styles.file}>
          {fileName} · {formatBytes(sizeBytes)}
        </span>
        <div className={styles.actions}>
          <Button look="plain" aria-label={`${does} for ${name}`} onClick={act}>
            {does}
          </Button>
          <Button
            look="danger"
            busy={cancelling.fetching}
            aria-label={`Cancel the upload of ${name}`}
            onClick={() => asking.current?.showModal()}
          >
            Cancel
          </Button>
        </div>
      </div>
      <Transfer
        label={`Upload of ${name}`}
        done={state?.bytesSent || bytesStored(upload)}
        total={sizeBytes}
        isFlowing={state?.phase === 'sending' && state.problem === null}
      />
      <Announcement isSeen={state?.phase !== 'sending'}>{newsOf(state, fileName)}</Announcement>
      {state?.phase !== 'failed' && state?.problem && <Notice kind="warning">{state.problem}</Notice>}
      {trouble && <Notice kind="error">{trouble}</Notice>}
      <input ref={chooser} type="file" accept=".gguf" hidden onChange={choose} />
      <Dialog
        ref={asking}
        title={`Cancel the upload of ${name}?`}
        confirm="Cancel the upload"
        dismiss="Keep it"
        look="danger"
        onConfirm={() => void throwAway()}
      >
        <p>What the store has of {fileName} is thrown away.</p>
      </Dialog>
    </li>
  )
}

/** What the person can do now to let it rest or go on. */
function deedOf(state: UploadState | undefined): 'Pause' | 'Go on' | 'Choose the file' {
  if (!state || state.phase === 'failed') return 'Choose the file'
  return state.phase === 'cancelled' ? 'Go on' : 'Pause'
}

function newsOf(state: UploadState | undefined, fileName: string): string {
  switch (state?.phase) {
    case 'beginning':
      return 'Beginning'
    case 'sending':
      return 'Sending'
    case 'finishing':
    case 'done':
      return 'All is sent; comparing the digest'
    case 'cancelled':
      return 'Paused'
    default:
      return `Choose ${fileName} again, or drop it on this page, to go on`
  }
}
