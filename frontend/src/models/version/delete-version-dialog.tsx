import { type FormEvent, type RefObject, useState } from 'react'
import { useMutation } from 'urql'
import { Dialog } from '../../design/dialog.tsx'
import { Notice } from '../../design/notice.tsx'
import { graphql } from '../../generated/gql.ts'
import { problemOf } from '../../graph/failure.ts'

const DeleteModelVersion = graphql(`
  mutation DeleteModelVersion($id: ID!) {
    deleteModelVersion(id: $id) {
      __typename
      ... on DeleteModelVersionSuccess { version { id } }
      ... on Error { message }
    }
  }
`)

interface DeleteVersionDialogProps {
  ref: RefObject<HTMLDialogElement | null>
  id: string
  /** The model's name and the version's tag. */
  name: string
  /** The servers that are known to run it. */
  servers: readonly string[]
  onDeleted(): void
}

/** Asks before a version goes, and says what holds it. */
export function DeleteVersionDialog({ ref, id, name, servers, onDeleted }: DeleteVersionDialogProps) {
  const [{ fetching }, remove] = useMutation(DeleteModelVersion)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setProblem(undefined)
    const wrong = problemOf(await remove({ id }))
    setProblem(wrong)
    if (wrong) return
    ref.current?.close()
    onDeleted()
  }

  return (
    <Dialog
      ref={ref}
      title={`Delete ${name}?`}
      confirm={fetching ? 'Deleting…' : 'Delete'}
      look="danger"
      busy={fetching}
      onConfirm={submit}
      onClose={() => setProblem(undefined)}
    >
      {servers.length > 0 ? (
        <p>
          {`${new Intl.ListFormat('en').format(servers)} ${servers.length === 1 ? 'runs' : 'run'} it: delete `}
          {servers.length === 1 ? 'that server first.' : 'those servers first.'}
        </p>
      ) : (
        <p>Its file leaves the store, unless another version has the same one.</p>
      )}
      {problem && <Notice kind="error">{problem}</Notice>}
    </Dialog>
  )
}
