import { type FormEvent, useRef, useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { graphql } from '../generated/gql.ts'
import type { ServerDetailFragment } from '../generated/graphql.ts'
import { type Outcome, problemOf } from '../graph/failure.ts'

const ScaleServer = graphql(`
  mutation ScaleServer($id: ID!, $replicas: Int!) {
    scaleServer(id: $id, replicas: $replicas) {
      __typename
      ... on Error { message }
    }
  }
`)
const StopServer = graphql(`
  mutation StopServer($id: ID!) {
    stopServer(id: $id) {
      __typename
      ... on Error { message }
    }
  }
`)
const StartServer = graphql(`
  mutation StartServer($id: ID!) {
    startServer(id: $id) {
      __typename
      ... on Error { message }
    }
  }
`)
const DeleteServer = graphql(`
  mutation DeleteServer($id: ID!) {
    deleteServer(id: $id) {
      __typename
      ... on Error { message }
    }
  }
`)

export function ServerActions({ server }: { server: ServerDetailFragment }) {
  const [, scale] = useMutation(ScaleServer)
  const [, stop] = useMutation(StopServer)
  const [, start] = useMutation(StartServer)
  const [, remove] = useMutation(DeleteServer)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const scaling = useRef<HTMLDialogElement>(null)
  const deleting = useRef<HTMLDialogElement>(null)
  const { id } = server
  const isIdle = server.status === 'STOPPED' || server.status === 'FAILED'

  async function act(action: Promise<Outcome>) {
    setBusy(true)
    setProblem(problemOf(await action))
    setBusy(false)
  }

  function submitScale(event: FormEvent<HTMLFormElement>) {
    const replicas = Number(new FormData(event.currentTarget).get('replicas'))
    void act(scale({ id, replicas }))
  }

  if (server.status === 'DELETING') return null
  return (
    <>
      {problem && <Notice kind="error">{problem}</Notice>}
      <Button look="plain" busy={busy} onClick={() => scaling.current?.showModal()}>
        Scale
      </Button>
      {isIdle ? (
        <Button look="plain" busy={busy} onClick={() => act(start({ id }))}>
          Start
        </Button>
      ) : (
        <Button look="plain" busy={busy} onClick={() => act(stop({ id }))}>
          Stop
        </Button>
      )}
      <Button look="danger" busy={busy} onClick={() => deleting.current?.showModal()}>
        Delete
      </Button>
      <Dialog ref={scaling} title={`Scale ${server.name}`} confirm="Scale" onConfirm={submitScale}>
        <Field
          label="Replicas"
          name="replicas"
          type="number"
          min={1}
          max={100}
          required
          defaultValue={server.replicas}
        />
      </Dialog>
      <Dialog
        ref={deleting}
        title={`Delete ${server.name}?`}
        confirm="Delete"
        onConfirm={() => void act(remove({ id }))}
      >
        <p>Its endpoint stops answering, and its UUID does not come back. The model stays in the store.</p>
      </Dialog>
    </>
  )
}
