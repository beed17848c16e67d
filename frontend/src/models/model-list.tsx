import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useQuery } from 'urql'
import { Announcement } from '../design/announcement.tsx'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Empty } from '../design/panel.tsx'
import { graphql } from '../generated/gql.ts'
import { failureText, isPassing } from '../graph/failure.ts'
import { useKeptData } from '../graph/use-kept-data.ts'
import { useRefresh } from '../graph/use-refresh.ts'
import { useRetry } from '../graph/use-retry.ts'
import { ModelCard } from './model-card.tsx'
import styles from './model-list.module.css'

const Models = graphql(`
  query Models($search: String, $after: String) {
    models(first: 20, after: $after, search: $search) {
      edges { node { ...ModelCard } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** An empty list names no types, and yet is another once there is a first model. */
const context = { additionalTypenames: ['Model', 'ModelVersion'] }

interface ModelListProps {
  search: string
  isAdmin: boolean
  /** How a first model comes in. */
  ways: ReactNode
}

/** The models that are there, or that are found, a page after the other. */
export function ModelList(props: ModelListProps) {
  // Another search begins with its first page again.
  const [shown, setShown] = useState({ search: props.search, pages: 1 })
  const pages = shown.search === props.search ? shown.pages : 1
  return (
    <ModelPage
      {...props}
      after={null}
      pages={pages}
      onMore={() => setShown({ search: props.search, pages: pages + 1 })}
    />
  )
}

interface ModelPageProps extends ModelListProps {
  /** The cursor that this page comes after; null for the first one. */
  after: string | null
  /** How many pages there are to show, with this one. */
  pages: number
  onMore(): void
}

/** A page, and within it the next: that one follows when this one's end moves, and so nothing falls between them. */
function ModelPage({ after, pages, ...rest }: ModelPageProps) {
  const { search, isAdmin, ways, onMore } = rest
  const [{ data: newest, error, fetching }, refetch] = useQuery({
    query: Models,
    variables: { search: search || null, after },
    requestPolicy: 'cache-and-network',
    context,
  })
  const data = useKeptData(newest)
  const again = () => refetch({ requestPolicy: 'network-only' })
  useRetry(error, again)
  useRefresh(again)
  const list = useFocusOnArrival(after !== null && data !== undefined)
  if (!data) {
    return error ? <Notice kind="error">{failureText(error)}</Notice> : <p aria-busy={fetching}>Loading…</p>
  }
  const { edges, pageInfo } = data.models
  const isFirst = after === null
  if (isFirst && edges.length === 0) return <None search={search} ways={ways} />
  return (
    <div className={styles.page}>
      {/* An outage is told above every page. */}
      {error && !isPassing(error) && <Notice kind="error">{failureText(error)}</Notice>}
      {isFirst && search && <Announcement>{foundText(edges.length, pageInfo.hasNextPage)}</Announcement>}
      <ul ref={list} tabIndex={-1} className={styles.models} aria-label={isFirst ? 'Models' : 'More models'}>
        {edges.map(({ node }) => (
          <ModelCard key={node.id} model={node} isAdmin={isAdmin} onEnd={again} />
        ))}
      </ul>
      {pageInfo.hasNextPage && pages > 1 && (
        <ModelPage {...rest} after={pageInfo.endCursor ?? null} pages={pages - 1} />
      )}
      {pageInfo.hasNextPage && pages === 1 && (
        <Button look="plain" onClick={onMore}>
          Show more
        </Button>
      )}
    </div>
  )
}

/** The button that asked for it is gone: the focus goes on to what came. */
function useFocusOnArrival(hasArrived: boolean) {
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    if (hasArrived) list.current?.focus({ preventScroll: true })
  }, [hasArrived])
  return list
}

function None({ search, ways }: { search: string; ways: ReactNode }) {
  if (search) return <p role="status">No model has “{search}” in its name, its description or its tags.</p>
  return (
    <Empty title="No models yet">
      <p>
        Register where a GGUF file is to be had, and it is retrieved when a server needs it. Or upload one:
        drop it anywhere on this page.
      </p>
      <div className={styles.ways}>{ways}</div>
    </Empty>
  )
}

const foundText = (count: number, hasMore: boolean) =>
  `${hasMore ? 'More than ' : ''}${count} ${count === 1 ? 'model' : 'models'} found`
