import { useRef, useState } from 'react'
import { type CombinedError, useQuery } from 'urql'
import { Button } from '../design/button.tsx'
import { ButtonLink } from '../design/button-link.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { Empty, PageHead } from '../design/panel.tsx'
import { graphql } from '../generated/gql.ts'
import type { ModelCardFragment } from '../generated/graphql.ts'
import { failureText } from '../graph/failure.ts'
import { useRetry } from '../graph/use-retry.ts'
import styles from './models-page.module.css'
import { RegisterModelDialog } from './register-model-dialog.tsx'
import { VersionRow } from './version-row.tsx'

export const ModelCard = graphql(`
  fragment ModelCard on Model {
    id
    name
    description
    shared
    versions { ...VersionFacts }
  }
`)

const Models = graphql(`
  query Models($search: String, $after: String) {
    models(first: 50, after: $after, search: $search) {
      edges { node { ...ModelCard } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export function ModelsPage() {
  const [search, setSearch] = useState('')
  const [{ data, error, fetching }, refetch] = useQuery({
    query: Models,
    variables: { search: search || null },
    requestPolicy: 'cache-and-network',
  })
  const dialog = useRef<HTMLDialogElement>(null)
  const register = () => dialog.current?.showModal()
  const models = data?.models.edges.map(({ node }) => node)
  const reload = () => refetch({ requestPolicy: 'network-only' })
  useRetry(error, reload)
  return (
    <>
      <PageHead title="Models">
        <Button onClick={register}>Register a model</Button>
      </PageHead>
      <div className={styles.search}>
        <Field
          label="Search"
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <Found
        models={models}
        error={error}
        fetching={fetching}
        search={search}
        onRegister={register}
        onChange={reload}
      />
      {data?.models.pageInfo.hasNextPage && <p>There are more; search by name to find them.</p>}
      <RegisterModelDialog ref={dialog} onRegistered={reload} />
    </>
  )
}

interface FoundProps {
  models: ModelCardFragment[] | undefined
  error: CombinedError | undefined
  fetching: boolean
  search: string
  onRegister(): void
  onChange(): void
}

function Found({ models, error, fetching, search, onRegister, onChange }: FoundProps) {
  if (error && !models) return <Notice kind="error">{failureText(error)}</Notice>
  if (!models) return fetching ? <p>Loading…</p> : null
  if (models.length === 0 && search) return <p>No model has “{search}” in its name.</p>
  if (models.length === 0) {
    return (
      <Empty title="No models yet">
        <p>Register where a GGUF file is to be had; it is retrieved when a server needs it.</p>
        <Button onClick={onRegister}>Register a model</Button>
      </Empty>
    )
  }
  return (
    <ul className={styles.models} aria-label="Models">
      {models.map((model) => (
        <Card key={model.id} model={model} onChange={onChange} />
      ))}
    </ul>
  )
}

function Card({ model, onChange }: { model: ModelCardFragment; onChange(): void }) {
  return (
    <li className={styles.model} data-model={model.name}>
      <header>
        <h2>
          {model.name} {model.shared && <small>shared with every tenant</small>}
        </h2>
        <ButtonLink look="plain" to={`/servers/new?model=${encodeURIComponent(model.name)}`}>
          Deploy
        </ButtonLink>
      </header>
      {model.description && <p>{model.description}</p>}
      <ul>
        {model.versions.map((version) => (
          <VersionRow key={version.id} model={model.name} version={version} onChange={onChange} />
        ))}
      </ul>
    </li>
  )
}
