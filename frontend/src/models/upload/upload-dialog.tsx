import { type FormEvent, useEffect, useRef } from 'react'
import { useMutation } from 'urql'
import { Dialog } from '../../design/dialog.tsx'
import { Check, Field, TextArea } from '../../design/field.tsx'
import { formatBytes } from '../../design/formats.ts'
import { Notice } from '../../design/notice.tsx'
import { mistakeOf } from '../../graph/failure.ts'
import { textOf } from '../form.ts'
import { useMistake } from '../use-mistake.ts'
import { BeginUpload } from './upload-graph.ts'
import { nameOfFile } from './upload-name.ts'
import { useUploads } from './uploads-context.tsx'

const fields = ['name', 'tag', 'description', 'shared']

/** What each GGUF file begins with. */
const magic = 'GGUF'

interface UploadDialogProps {
  file: File
  isAdmin: boolean
  /** The file is on its way, or is not to be uploaded. */
  onClose(): void
}

/** Asks what a file is to be called, and sends it. */
export function UploadDialog({ file, isAdmin, onClose }: UploadDialogProps) {
  const uploads = useUploads()
  const [{ fetching }, begin] = useMutation(BeginUpload)
  const { setMistake, errorOf, elsewhere } = useMistake(fields)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const guess = nameOfFile(file.name)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    const input = {
      name: textOf(values, 'name') ?? '',
      tag: textOf(values, 'tag') ?? 'latest',
      description: textOf(values, 'description'),
      shared: values.has('shared'),
      fileName: file.name,
      sizeBytes: file.size,
    }
    setMistake(undefined)
    const unfit = await unfitness(file)
    if (unfit) return setMistake({ field: undefined, message: unfit })
    const answer = await begin({ input })
    const wrong = mistakeOf(answer)
    if (wrong) return setMistake(wrong)
    const result = answer.data?.beginUpload
    if (result && 'upload' in result) uploads.start(result.upload, file)
    dialog.current?.close()
  }

  return (
    <Dialog
      ref={dialog}
      title="Upload a file"
      confirm={fetching ? 'Beginning…' : 'Upload'}
      busy={fetching}
      onConfirm={submit}
      onClose={onClose}
    >
      <p>
        {file.name} · {formatBytes(file.size)}
      </p>
      {elsewhere && <Notice kind="error">{elsewhere}</Notice>}
      <Field
        label="Name"
        name="name"
        required
        maxLength={63}
        defaultValue={guess.name}
        hint="Lower-case letters, digits, dots and hyphens"
        error={errorOf('name')}
      />
      <Field label="Tag" name="tag" required maxLength={63} defaultValue={guess.tag} error={errorOf('tag')} />
      <TextArea
        label="Description (optional)"
        name="description"
        rows={2}
        maxLength={2_000}
        error={errorOf('description')}
      />
      {isAdmin && <Check label="Shared with every tenant" name="shared" error={errorOf('shared')} />}
    </Dialog>
  )
}

/** Why a file need not be sent at all; undefined when it may be a model. */
async function unfitness(file: File): Promise<string | undefined> {
  const start = await file
    .slice(0, magic.length)
    .text()
    .catch(() => undefined)
  if (start === undefined) return `${file.name} cannot be read; choose it again.`
  return start === magic
    ? undefined
    : `${file.name} is no GGUF file: it does not begin with ${magic}. Choose the model's .gguf file.`
}
