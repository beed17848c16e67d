import { useRef } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '../../design/button.tsx'
import { ButtonLink } from '../../design/button-link.tsx'
import type { VersionDetailFragment } from '../../generated/graphql.ts'
import { DeleteVersionDialog } from './delete-version-dialog.tsx'
import { RetagDialog } from './retag-dialog.tsx'

interface VersionActionsProps {
  name: string
  version: VersionDetailFragment
  /** May change the model and what becomes of it. */
  isCurator: boolean
}

/** What can be done with a version besides its retrieval. */
export function VersionActions({ name, version, isCurator }: VersionActionsProps) {
  const navigate = useNavigate()
  const retagging = useRef<HTMLDialogElement>(null)
  const deleting = useRef<HTMLDialogElement>(null)
  const { id, model, servers } = version
  const deployment = new URLSearchParams({ model: model.name, version: id })
  return (
    <>
      {isCurator && (
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
