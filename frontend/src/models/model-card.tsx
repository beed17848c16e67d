import { useRef, useState } from 'react'
import { Button } from '../design/button.tsx'
import { ButtonLink } from '../design/button-link.tsx'
import { graphql } from '../generated/gql.ts'
import type { ModelCardFragment } from '../generated/graphql.ts'
import { EditModelDialog } from './edit-model-dialog.tsx'
import styles from './model-card.module.css'
import { Shared } from './shared.tsx'
import { VersionRow } from './version/version-row.tsx'

export const ModelCardFacts = graphql(`
  fragment ModelCard on Model {
    id
    name
    description
    shared
    versions { ...VersionFacts }
  }
`)

/** More than these of one model would hide the next model. */
const shownAtFirst = 3

interface ModelCardProps {
  model: ModelCardFragment
  isAdmin: boolean
  /** A retrieval of it has ended: what is known of it is old. */
  onEnd(): void
}

/** A model with its versions, newest first. */
export function ModelCard({ model, isAdmin, onEnd }: ModelCardProps) {
  const [showsAll, setShowsAll] = useState(false)
  const editing = useRef<HTMLDialogElement>(null)
  const { name, description, shared, versions } = model
  const isCurator = !shared || isAdmin
  const shown = showsAll ? versions : versions.slice(0, shownAtFirst)
  return (
    <li className={styles.model} data-model={name}>
      <header>
        <h2>
          {name} {shared && <Shared />}
        </h2>
        <div className={styles.actions}>
          {isCurator && (
            <Button look="plain" aria-label={`Edit ${name}`} onClick={() => editing.current?.showModal()}>
              Edit
            </Button>
          )}
          <ButtonLink
            look="plain"
            to={`/servers/new?model=${encodeURIComponent(name)}`}
            aria-label={`Deploy ${name}`}
          >
            Deploy
          </ButtonLink>
        </div>
      </header>
      {description && <p>{description}</p>}
      <ul>
        {shown.map((version) => (
          <VersionRow key={version.id} model={name} version={version} isCurator={isCurator} onEnd={onEnd} />
        ))}
      </ul>
      {shown.length < versions.length && (
        <Button look="plain" onClick={() => setShowsAll(true)}>
          {`${versions.length - shown.length} older`}
        </Button>
      )}
      <EditModelDialog ref={editing} model={model} isAdmin={isAdmin} />
    </li>
  )
}
