import { Facts } from '../design/facts.tsx'
import { formatBytes, formatTime } from '../design/formats.ts'
import { Notice } from '../design/notice.tsx'
import { Table } from '../design/table.tsx'
import type { PlanServerQuery, QuotaResource } from '../generated/graphql.ts'
import styles from './plan-view.module.css'

type Plan = PlanServerQuery['planServer']

const resources: Record<QuotaResource, { name: string; format: (value: number) => string }> = {
  SERVERS: { name: 'Servers', format: String },
  REPLICAS: { name: 'Replicas', format: String },
  CPU: { name: 'CPU', format: (cores) => `${cores} cores` },
  MEMORY: { name: 'Memory', format: formatBytes },
}

/** What the contract says about a deployment that has not happened yet. */
export function PlanView({ plan }: { plan: Plan }) {
  return (
    <div className={styles.plan}>
      {plan.allowed ? (
        <Notice kind="good">The contract allows this.</Notice>
      ) : (
        <Notice kind="error">
          The contract does not allow this:
          <ul>
            {plan.reasons.map(({ code, message }) => (
              <li key={`${code} ${message}`}>{message}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Facts
        facts={[
          ['Model file', plan.memory ? formatBytes(plan.memory.modelBytes) : 'not known yet'],
          ['Context and engine', plan.memory ? formatBytes(plan.memory.contextBytes) : 'not known yet'],
          [
            'Memory of each replica, estimated',
            plan.memory ? formatBytes(plan.memory.totalBytes) : 'not known yet',
          ],
          ['Model', plan.retrievalNeeded ? 'will be retrieved first' : 'is in the store'],
          ...(plan.expiresAt ? [['Good until', formatTime(plan.expiresAt)] satisfies [string, string]] : []),
        ]}
      />
      {plan.quota.length > 0 && (
        <Table label="Quota" columns={['Quota', 'Used now', 'Afterwards', 'Limit']}>
          {plan.quota.map(({ resource, used, after, limit }) => {
            const { name, format } = resources[resource]
            return (
              <tr key={resource} className={after > limit ? styles.over : undefined}>
                <th scope="row">{name}</th>
                <td>{format(used)}</td>
                <td>{format(after)}</td>
                <td>{format(limit)}</td>
              </tr>
            )
          })}
        </Table>
      )}
      <small className={styles.note}>
        A tenth of headroom is added to the estimate before the quota counts it.
      </small>
    </div>
  )
}
