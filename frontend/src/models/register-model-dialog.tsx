import type { FormEvent, RefObject } from 'react'
import { useMutation } from 'urql'
import { Dialog } from '../design/dialog.tsx'
import { Check, Field, TextArea } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { graphql } from '../generated/gql.ts'
import { mistakeOf } from '../graph/failure.ts'
import { textOf } from './form.ts'
import { useMistake } from './use-mistake.ts'

const RegisterModel = graphql(`
  mutation RegisterModel($input: RegisterModelInput!) {
    registerModel(input: $input) {
      __typename
      ... on RegisterModelSuccess { version { id tag model { id name } } }
      ... on VersionTaken { message }
      ... on InvalidInput { message field }
    }
  }
`)

const fields = ['name', 'tag', 'source.uri', 'source.sha256', 'description', 'shared']

interface RegisterModelDialogProps {
  ref: RefObject<HTMLDialogElement | null>
  isAdmin: boolean
}

/** Where a model's file is to be had. */
export function RegisterModelDialog({ ref, isAdmin }: RegisterModelDialogProps) {
  const [{ fetching }, registerModel] = useMutation(RegisterModel)
  const { setMistake, errorOf, elsewhere } = useMistake(fields)

  async function submit(event: FormEvent<HTMLFormElement>) {
    // The dialog stays open until the answer is good.
    event.preventDefault()
    const form = event.currentTarget
    const values = new FormData(form)
    setMistake(undefined)
    const wrong = mistakeOf(
      await registerModel({
        input: {
          name: textOf(values, 'name') ?? '',
          tag: textOf(values, 'tag') ?? 'latest',
          description: textOf(values, 'description'),
          source: { uri: textOf(values, 'uri') ?? '', sha256: textOf(values, 'sha256') },
          shared: values.has('shared'),
        },
      }),
    )
    setMistake(wrong)
    if (wrong) return
    form.reset()
    ref.current?.close()
  }

  return (
    <Dialog
      ref={ref}
      title="Register a model"
      confirm={fetching ? 'Registering…' : 'Register'}
      busy={fetching}
      onConfirm={submit}
    >
      {elsewhere && <Notice kind="error">{elsewhere}</Notice>}
      <Field
        label="Source"
        name="uri"
        required
        placeholder="hf://organisation/repository/file.gguf"
        hint="s3://bucket/key, https://…, or hf://organisation/repository/file"
        error={errorOf('source.uri')}
      />
      <Field
        label="Name"
        name="name"
        required
        maxLength={63}
        hint="Lower-case letters, digits, dots and hyphens"
        error={errorOf('name')}
      />
      <Field label="Tag (optional)" name="tag" placeholder="latest" error={errorOf('tag')} />
      <Field
        label="SHA-256 (optional)"
        name="sha256"
        pattern="[0-9a-fA-F]{64}"
        title="64 hexadecimal digits"
        hint="The file is refused when its digest is another"
        error={errorOf('source.sha256')}
      />
      <TextArea
        label="Description (optional)"
        name="description"
        maxLength={2_000}
        rows={2}
        error={errorOf('description')}
      />
      {isAdmin && <Check label="Shared with every tenant" name="shared" error={errorOf('shared')} />}
    </Dialog>
  )
}
