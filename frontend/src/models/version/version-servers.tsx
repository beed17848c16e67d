import { Link } from 'react-router'
import { Badge } from '../../design/badge.tsx'
import { Panel } from '../../design/panel.tsx'
import type { VersionDetailFragment } from '../../generated/graphql.ts'
import { statusLook } from '../../servers/status.ts'
import styles from './version-servers.module.css'

/** The servers that run a version. Null while nobody can tell: the servers service is away. */
export function VersionServers({ servers }: Pick<VersionDetailFragment, 'servers'>) {
  return (
    <Panel title="Servers">
      {!servers && <p className={styles.none}>Which servers run it cannot be told now.</p>}
      {servers?.length === 0 && <p className={styles.none}>No server runs it.</p>}
      {servers && servers.length > 0 && (
        <ul className={styles.servers}>
          {servers.map(({ id, name, status }) => {
            const { tone, word } = statusLook(status)
            return (
              <li key={id}>
                <Link to={`/servers/${id}`}>{name}</Link> <Badge tone={tone}>{word}</Badge>
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}
