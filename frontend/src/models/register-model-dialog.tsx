import { type FormEvent, type RefObject, useState } from 'react'
import { useMutation } from 'urql'
import { Dialog } from '../design/dialog.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { graphql } from '../generated/gql.ts'
import { failureText } from '../graph/failure.ts'

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

interface Mistake {
  field: string | undefined
  message: string
}

export function RegisterModelDialog({
  ref,
  onRegistered,
}: {
  ref: RefObject<HTMLDialogElement | null>
  onRegistered(): void
}) {
  const [{ fetching }, registerModel] = useMutation(RegisterModel)
  const [mistake, setMistake] = useState<Mistake>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    // The dialog stays open until the answer is good.
    event.preventDefault()
    const form = event.currentTarget
    const text = (name: string) => String(new FormData(form).get(name)).trim() || null
    setMistake(undefined)
    const { data, error } = await registerModel({
      input: {
        name: text('name') ?? '',
        tag: text('tag') ?? 'latest',
        description: text('description'),
        source: { uri: text('uri') ?? '', sha256: text('sha256') },
      },
    })
    const result = data?.registerModel
    if (result?.__typename === 'RegisterModelSuccess') {
      form.reset()
      ref.current?.close()
      onRegistered()
    } else if (result?.__typename === 'InvalidInput')
      setMistake({ field: result.field ?? undefined, message: result.message })
    else setMistake({ field: undefined, message: result?.message ?? failureText(error) })
  }

  const fields = ['name', 'tag', 'source.uri', 'source.sha256', 'description']
  const errorOf = (field: string) => (mistake?.field === field ? mistake.message : undefined)
  return (
    <Dialog
      ref={ref}
      title="Register a model"
      confirm={fetching ? 'Registering…' : 'Register'}
      busy={fetching}
      onConfirm={submit}
    >
      {mistake && !fields.includes(mistake.field ?? '') && <Notice kind="error">{mistake.message}</Notice>}
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
        label="Source"
        name="uri"
        required
        placeholder="s3://bucket/model.gguf or https://…"
        error={errorOf('source.uri')}
      />
      <Field
        label="SHA-256 (optional)"
        name="sha256"
        pattern="[0-9a-fA-F]{64}"
        hint="The file is refused when its digest is another"
        error={errorOf('source.sha256')}
      />
      <Field label="Description (optional)" name="description" error={errorOf('description')} />
    </Dialog>
  )
}
