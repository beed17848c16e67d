import { useQuery } from 'urql'
import { CopyButton } from '../design/copy-button.tsx'
import { Notice } from '../design/notice.tsx'
import { Panel } from '../design/panel.tsx'
import { Snippet } from '../design/snippet.tsx'
import { graphql } from '../generated/gql.ts'
import { failureText } from '../graph/failure.ts'
import { useRetry } from '../graph/use-retry.ts'
import { useSession } from '../session/session-context.ts'
import styles from './endpoint.module.css'
import { curlSnippet, openaiSnippet } from './snippets.ts'

const ServerEndpoint = graphql(`
  query ServerEndpoint($id: ID!) {
    server(id: $id) { id url modelName }
  }
`)

/** Where an OpenAI client finds the server, asked of the graph by its UUID. */
export function Endpoint({ id }: { id: string }) {
  const [{ data, error }, refetch] = useQuery({ query: ServerEndpoint, variables: { id } })
  useRetry(error, () => refetch({ requestPolicy: 'network-only' }))
  const session = useSession()
  const server = data?.server
  return (
    <Panel title="Endpoint">
      {error && <Notice kind="error">{failureText(error)}</Notice>}
      {server && (
        <>
          <p className={styles.url}>
            <code>{server.url}</code>
            <CopyButton text={server.url} what="endpoint" />
            <CopyButton
              text={async () => (await session.accessToken()) ?? ''}
              what="a token"
              label="Copy a token"
            />
          </p>
          <p className={styles.hint}>
            The token is your own and good for an hour; a program gets one from /auth/token, as below.
          </p>
          <div className={styles.snippets}>
            <Snippet title="curl" code={curlSnippet(server.url, server.modelName)} />
            <Snippet title="openai" code={openaiSnippet(server.url, server.modelName)} />
          </div>
        </>
      )}
    </Panel>
  )
}
