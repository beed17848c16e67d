import { useRef } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '../design/button.tsx'
import { ButtonLink } from '../design/button-link.tsx'
import type { VersionDetailFragment } from '../generated/graphql.ts'
import { useMe } from '../session/me.ts'
import { DeleteVersionDialog } from './delete-version-dialog.tsx'
import { RetagDialog } from './retag-dialog.tsx'

/** What can be done with a version besides its retrieval. */
export function VersionActions({ name, version }: { name: string; version: VersionDetailFragment }) {
  const isAdmin = useMe()?.role === 'ADMIN'
  const navigate = useNavigate()
  const retagging = useRef<HTMLDialogElement>(null)
  const deleting = useRef<HTMLDialogElement>(null)
  const { id, model, servers } = version
  const deployment = new URLSearchParams({ model: model.name, version: id })
  return (
    <>
      {(!model.shared || isAdmin) && (
        <>
          <Button look="plain" onClick={() => retagging.current?.showModal()}>
            Retag
          </Button>
          <Button look="danger" onClick={() => deleting.current?.showModal()}>
            Delete
          </Button>
          <RetagDialog ref={retagging} version={version} />
          <DeleteVersionDialog
            ref={deleting}
            id={id}
            name={name}
            servers={servers?.map((server) => server.name) ?? []}
            onDeleted={() => navigate('/models')}
          />
        </>
      )}
      <ButtonLink to={`/servers/new?${deployment}`}>Deploy</ButtonLink>
    </>
  )
}
