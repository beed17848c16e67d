import type { FormEvent, RefObject } from 'react'
import { useMutation } from 'urql'
import { Dialog } from '../design/dialog.tsx'
import { Check, Field, TextArea } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { graphql } from '../generated/gql.ts'
import type { ModelCardFragment } from '../generated/graphql.ts'
import { mistakeOf } from '../graph/failure.ts'
import { textOf } from './form.ts'
import { useMistake } from './use-mistake.ts'

const UpdateModel = graphql(`
  mutation UpdateModel($input: UpdateModelInput!) {
    updateModel(input: $input) {
      __typename
      ... on UpdateModelSuccess { model { id name description shared } }
      ... on InvalidInput { message field }
      ... on Error { message }
    }
  }
`)

const fields = ['name', 'description', 'shared']

interface EditModelDialogProps {
  ref: RefObject<HTMLDialogElement | null>
  model: Pick<ModelCardFragment, 'id' | 'name' | 'description' | 'shared'>
  isAdmin: boolean
}

/** Renames and describes a model; an admin shares it as well. */
export function EditModelDialog({ ref, model, isAdmin }: EditModelDialogProps) {
  const [{ fetching }, updateModel] = useMutation(UpdateModel)
  const { setMistake, errorOf, elsewhere } = useMistake(fields)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    setMistake(undefined)
    const wrong = mistakeOf(
      await updateModel({
        input: {
          id: model.id,
          name: textOf(values, 'name') ?? '',
          description: textOf(values, 'description') ?? '',
          ...(isAdmin && { shared: values.has('shared') }),
        },
      }),
    )
    setMistake(wrong)
    if (!wrong) ref.current?.close()
  }

  function close() {
    // What was not saved is not kept for the next time.
    ref.current?.querySelector('form')?.reset()
    setMistake(undefined)
  }

  return (
    <Dialog
      ref={ref}
      title={`Edit ${model.name}`}
      confirm={fetching ? 'Saving…' : 'Save'}
      busy={fetching}
      onConfirm={submit}
      onClose={close}
    >
      {elsewhere && <Notice kind="error">{elsewhere}</Notice>}
      <Field
        label="Name"
        name="name"
        required
        maxLength={63}
        defaultValue={model.name}
        hint="Lower-case letters, digits, dots and hyphens"
        error={errorOf('name')}
      />
      <TextArea
        label="Description"
        name="description"
        maxLength={2_000}
        defaultValue={model.description ?? ''}
        error={errorOf('description')}
      />
      {isAdmin && (
        <Check
          label="Shared with every tenant"
          name="shared"
          defaultChecked={model.shared}
          error={errorOf('shared')}
        />
      )}
    </Dialog>
  )
}
