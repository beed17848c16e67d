import type { Log } from '@berth/platform/log'
import { type DataSource, In, IsNull, Not } from 'typeorm'
import type { Cluster } from '../deployment/cluster.ts'
import type { Deployments } from '../deployment/workflow.ts'
import { type Change, changeServers } from '../records/change.ts'
import { isInFlight, type ServerRow, Servers } from '../records/server.ts'
import { recordLoss, recordReport } from './record.ts'
import type { Report, ResourceReport } from './report.ts'

/** Takes in what the operator reports. */
export interface Feed {
  receive(report: Report): Promise<void>
  close(): void
}

export interface FeedTools {
  database: DataSource
  cluster: Pick<Cluster, 'read' | 'remove'>
  deployments: Pick<Deployments, 'start'>
  log: Log
}

/** Memory and CPU change all the time; a server's are written at most this often. */
const usageEveryMs = 1_000

/** A report whose only news is usage, and the most memory seen since the last write. */
interface Deferred {
  report: ResourceReport
  peak: number
}

/** Writes reports into the records: one transaction for a batch, and one notification for each tenant in it. */
export function createFeed(tools: FeedTools): Feed {
  const { database, log } = tools
  const deferred = new Map<string, Deferred>()

  async function receive(report: Report): Promise<void> {
    const ids = report.servers.map(({ serverId }) => serverId)
    const tenants = await tenantsOf(database, ids)
    const lost = await findLost(tools, report)
    const touched = [...tenants, ...lost.map(({ tenantId }) => tenantId)]
    if (touched.length === 0) return
    const { restarts, revived } = await changeServers(database, touched, async (change) => {
      await loseAll(change, lost)
      return recordAll(change, report.servers, deferred)
    })
    for (const server of restarts) tools.deployments.start(server)
    for (const server of revived) await removeRevived(tools, server)
  }

  async function flush(): Promise<void> {
    const now = [...deferred.values()]
    if (now.length === 0) return
    const reports = now.map(({ report }) => report)
    const ids = reports.map(({ serverId }) => serverId)
    await changeServers(database, await tenantsOf(database, ids), (change) =>
      recordAll(change, reports, deferred),
    )
  }

  const timer = setInterval(() => {
    flush().catch((error: unknown) => log.warn({ err: error }, 'usage could not be written; trying again'))
  }, usageEveryMs)
  return { receive, close: () => clearInterval(timer) }
}

async function tenantsOf(database: DataSource, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await database.manager
    .createQueryBuilder(Servers, 's')
    .select('DISTINCT s.tenant_id', 'tenantId')
    .where('s.id IN (:...ids)', { ids })
    .getRawMany<{ tenantId: string }>()
  return rows.map(({ tenantId }) => tenantId)
}

/** What reports ask for beside being written down. */
interface Consequences {
  /** Their workflow must run again. */
  restarts: ServerRow[]
  /** Deleted servers that have a resource. */
  revived: ServerRow[]
}

async function recordAll(
  change: Change,
  reports: readonly ResourceReport[],
  deferred: Map<string, Deferred>,
): Promise<Consequences> {
  const now = new Date()
  const rows = await change.manager.findBy(Servers, { id: In(reports.map(({ serverId }) => serverId)) })
  const byId = new Map(rows.map((row) => [row.id, row]))
  const restarts: ServerRow[] = []
  const revived: ServerRow[] = []
  for (const report of reports) {
    const before = byId.get(report.serverId)
    if (!before || before.namespace !== report.namespace || before.name !== report.name) continue
    if (before.deletedAt && !report.deleting) revived.push(before)
    else if (isLeftOver(before, report) || isUncovered(before, report)) {
      const restart = { ...before, generation: before.generation + 1 }
      change.saveQuietly(restart)
      restarts.push(restart)
    } else await recordOne(change, before, report, deferred, now)
  }
  return { restarts, revived }
}

async function recordOne(
  change: Change,
  before: ServerRow,
  report: ResourceReport,
  deferred: Map<string, Deferred>,
  now: Date,
): Promise<void> {
  const { row, difference, scaled } = recordReport(before, report, now)
  const waiting = deferred.get(before.id)
  deferred.delete(before.id)
  // It says nothing of the server as it is now, nor does what was put off.
  if (row === before) return
  if (difference === 'none' && !waiting) return
  if (difference === 'unseen') return change.saveQuietly(row)
  if (waiting) row.maxMemoryBytes = Math.max(row.maxMemoryBytes ?? 0, waiting.peak)
  const sinceMs = now.getTime() - (before.usageAt?.getTime() ?? 0)
  // A clock that went back says nothing of how long ago it was.
  const recently = sinceMs >= 0 && sinceMs < usageEveryMs
  if (difference === 'usage' && recently) {
    deferred.set(before.id, { report, peak: row.maxMemoryBytes ?? 0 })
    return
  }
  if (scaled) await auditScale(change, before, row)
  change.save({ ...row, usageAt: now })
}

const auditScale = (change: Change, before: ServerRow, after: ServerRow) =>
  change.audit({
    tenantId: before.tenantId,
    actor: 'kubernetes',
    action: 'scale',
    serverId: before.id,
    detail: { from: before.replicas, to: after.replicas },
  })

/** A resource of a server that was stopped long since, which its workflow must take away again. */
function isLeftOver(server: ServerRow, { deleting }: ResourceReport): boolean {
  return server.desired === 'STOPPED' && !isInFlight(server) && !server.deletedAt && !deleting
}

/** A resource that is not as the contract approved it: the workflow signs a new contract and applies what is recorded. */
function isUncovered(server: ServerRow, { refused, deleting }: ResourceReport): boolean {
  return refused && server.desired === 'RUNNING' && !isInFlight(server) && !deleting
}

/** A contract is good for an hour, so within it the resource of a deleted server can be applied once more. */
async function removeRevived({ cluster, log }: FeedTools, server: ServerRow): Promise<void> {
  const { id, namespace, name } = server
  try {
    const resource = await cluster.read({ namespace, name })
    if (resource?.spec.serverId !== id) return
    log.warn(
      { server: id, namespace, name },
      'the resource of a deleted server was applied again; removing it',
    )
    await cluster.remove(resource)
  } catch (error) {
    // The next full report asks again.
    log.warn({ err: error, server: id }, 'the resource of a deleted server could not be removed')
  }
}

/** Servers that should have a resource and have none. Reports can be older than the newest apply, so the API is asked. */
async function findLost({ database, cluster, log }: FeedTools, report: Report): Promise<ServerRow[]> {
  const gone = report.deleted.map(({ serverId }) => serverId)
  if (!report.full && gone.length === 0) return []
  const present = report.servers.map(({ serverId }) => serverId)
  const candidates = await database.manager.find(Servers, {
    where: {
      id: report.full ? Not(In(present)) : In(gone),
      desired: 'RUNNING',
      deletedAt: IsNull(),
      resourceGeneration: Not(IsNull()),
    },
  })
  const lost: ServerRow[] = []
  try {
    for (const server of candidates) {
      if (isInFlight(server)) continue
      const resource = await cluster.read({ namespace: server.namespace, name: server.name })
      if (resource?.spec.serverId !== server.id) lost.push(server)
    }
  } catch (error) {
    // The next full report asks again.
    log.warn({ err: error }, 'missing resources could not be looked for')
  }
  return lost
}

async function loseAll(change: Change, lost: readonly ServerRow[]): Promise<void> {
  if (lost.length === 0) return
  const rows = await change.manager.findBy(Servers, { id: In(lost.map(({ id }) => id)) })
  for (const seen of lost) {
    const row = rows.find(({ id }) => id === seen.id)
    if (!row || row.generation !== seen.generation || row.desired !== 'RUNNING') continue
    const { tenantId, id: serverId } = row
    await change.audit({ tenantId, actor: 'kubernetes', action: 'stop', serverId, detail: {} })
    change.save(recordLoss(row))
  }
}
