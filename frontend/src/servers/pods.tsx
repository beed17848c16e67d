import { Badge } from '../design/badge.tsx'
import { formatBytes, formatCores } from '../design/formats.ts'
import { Panel } from '../design/panel.tsx'
import { Table } from '../design/table.tsx'
import type { ServerDetailFragment } from '../generated/graphql.ts'

/** The server's pods, and where `kubectl` finds them. */
export function Pods({ kubernetes }: { kubernetes: ServerDetailFragment['kubernetes'] }) {
  const { namespace, deployment, service, pods } = kubernetes
  return (
    <Panel title="Pods">
      <p>
        Namespace <code>{namespace}</code>, deployment <code>{deployment}</code>, service{' '}
        <code>{service}</code>.
      </p>
      {pods.length === 0 ? (
        <p>There are no pods now.</p>
      ) : (
        <Table label="Pods" columns={['Pod', 'State', 'Restarts', 'Memory', 'CPU', 'Node']}>
          {pods.map((pod) => (
            <tr key={pod.name}>
              <th scope="row">
                <code>{pod.name}</code>
              </th>
              <td>
                <Badge tone={pod.ready ? 'good' : 'busy'}>{pod.ready ? 'Ready' : pod.phase}</Badge>
                {pod.message && <small>{pod.message}</small>}
              </td>
              <td>{pod.restarts}</td>
              <td>{formatBytes(pod.memoryBytes)}</td>
              <td>{formatCores(pod.cpuCores)}</td>
              <td>{pod.node ?? '–'}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}
