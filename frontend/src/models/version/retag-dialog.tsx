import { type FormEvent, type RefObject, useState } from 'react'
import { useMutation } from 'urql'
import { Dialog } from '../../design/dialog.tsx'
import { Field } from '../../design/field.tsx'
import { graphql } from '../../generated/gql.ts'
import { problemOf } from '../../graph/failure.ts'
import { textOf } from '../form.ts'

const RetagModelVersion = graphql(`
  mutation RetagModelVersion($id: ID!, $tag: String!) {
    retagModelVersion(id: $id, tag: $tag) {
      __typename
      ... on RetagModelVersionSuccess { version { id tag } }
      ... on Error { message }
    }
  }
`)

interface RetagDialogProps {
  ref: RefObject<HTMLDialogElement | null>
  version: { id: string; tag: string }
}

/** Gives a version another tag. */
export function RetagDialog({ ref, version }: RetagDialogProps) {
  const [{ fetching }, retag] = useMutation(RetagModelVersion)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const tag = textOf(new FormData(event.currentTarget), 'tag') ?? ''
    setProblem(undefined)
    const wrong = problemOf(await retag({ id: version.id, tag }))
    setProblem(wrong)
    if (!wrong) ref.current?.close()
  }

  function close() {
    ref.current?.querySelector('form')?.reset()
    setProblem(undefined)
  }

  return (
    <Dialog
      ref={ref}
      title="Give it another tag"
      confirm={fetching ? 'Saving…' : 'Save'}
      busy={fetching}
      onConfirm={submit}
      onClose={close}
    >
      <Field
        label="Tag"
        name="tag"
        required
        maxLength={63}
        defaultValue={version.tag}
        hint="Names the version within its model, such as v1 or q4-k-m"
        error={problem}
      />
    </Dialog>
  )
}
