import { Link } from 'react-router'
import { Badge } from '../design/badge.tsx'
import { ButtonLink } from '../design/button-link.tsx'
import { formatBytes, formatCores } from '../design/formats.ts'
import { Instant } from '../design/instant.tsx'
import { Notice } from '../design/notice.tsx'
import { Empty, PageHead } from '../design/panel.tsx'
import { Table } from '../design/table.tsx'
import type { ServerRowFragment } from '../generated/graphql.ts'
import { failureText } from '../graph/failure.ts'
import { useLiveServers } from './live-servers.ts'
import { statusLook } from './status.ts'

const columns = [
  'Server',
  'Status',
  'Model',
  'Replicas',
  'Memory',
  'Max memory',
  'CPU',
  'Created',
  'Started',
  'Updated',
]

export function ServersPage() {
  const { servers, error } = useLiveServers()
  return (
    <>
      <PageHead title="Servers">
        <ButtonLink to="/servers/new">Deploy a server</ButtonLink>
      </PageHead>
      {error && !servers && <Notice kind="error">{failureText(error)}</Notice>}
      {!servers && !error && <p>Loading…</p>}
      {servers?.length === 0 && (
        <Empty title="No servers yet">
          <p>Deploy a model, and it gets an endpoint of its own that any OpenAI client can talk to.</p>
          <ButtonLink to="/servers/new">Deploy your first server</ButtonLink>
        </Empty>
      )}
      {servers && servers.length > 0 && (
        <Table label="Servers" columns={columns}>
          {servers.map((server) => (
            <Row key={server.id} server={server} />
          ))}
        </Table>
      )}
    </>
  )
}

function Row({ server }: { server: ServerRowFragment }) {
  const { tone, word } = statusLook(server.status)
  return (
    <tr data-server={server.name}>
      <th scope="row">
        <Link to={`/servers/${server.id}`}>{server.name}</Link>
        <small>
          <code>{server.id}</code>
        </small>
      </th>
      <td>
        <Badge tone={tone}>{word}</Badge>
        {server.message && <small>{server.message}</small>}
      </td>
      <td>{server.modelName}</td>
      <td>
        {server.readyReplicas} / {server.replicas}
      </td>
      <td>{formatBytes(server.usage.memoryBytes)}</td>
      <td>{formatBytes(server.usage.maxMemoryBytes)}</td>
      <td>{formatCores(server.usage.cpuCores)}</td>
      <td>
        <Instant at={server.createdAt} />
      </td>
      <td>
        <Instant at={server.startedAt} />
      </td>
      <td>
        <Instant at={server.updatedAt} />
      </td>
    </tr>
  )
}
