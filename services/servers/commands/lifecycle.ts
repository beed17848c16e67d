import { quote } from '@berth/platform/quote'
import { isUuid } from '@berth/platform/uuid'
import { type InputMistake, replicasMistake } from '../contract/input.ts'
import type { Reason } from '../contract/quota.ts'
import { recheckReplicas } from '../contract/recheck.ts'
import { deriveStatus } from '../feed/status.ts'
import { type AuditEvent, changeServers } from '../records/change.ts'
import type { ServerRow } from '../records/server.ts'
import { type Actor, audited, type CommandTools } from './deploy.ts'

type Done = { kind: 'done'; server: ServerRow }
type NotFound = { kind: 'notFound'; message: string }
type Conflict = { kind: 'conflict'; message: string }
type Refusal = { kind: 'refused'; reasons: Reason[] }
type Invalid = { kind: 'invalid'; mistake: InputMistake }

/** The row as it is to be, or the answer that there is nothing to change. */
type Decision<Other> =
  | { next: ServerRow; action: AuditEvent['action']; detail?: Record<string, unknown> }
  | { next?: undefined; answer: Done | Other }

const unchanged = (server: ServerRow) => ({ answer: { kind: 'done', server } as const })

/** Asks for another number of replicas. A stopped server keeps the number for its next start. */
export async function scale(
  tools: CommandTools,
  actor: Actor,
  id: string,
  replicas: number,
): Promise<Done | NotFound | Conflict | Refusal | Invalid> {
  const mistake = replicasMistake(replicas)
  if (mistake) return { kind: 'invalid', mistake }
  return command<Conflict | Refusal>(tools, actor, id, (server, servers) => {
    if (server.desired === 'DELETED') return beingDeleted(server, 'scaled')
    const failed = server.status === 'FAILED'
    if (server.replicas === replicas && !failed) return unchanged(server)
    const detail = { from: server.replicas, to: replicas }
    const scaled = { ...server, replicas }
    if (server.desired === 'STOPPED') return { next: scaled, action: 'scale', detail }
    const reasons = recheckReplicas(server, replicas, servers, tools.limitsOf(server.namespace))
    if (reasons.length > 0) return { answer: { kind: 'refused', reasons } }
    return { next: renewed(scaled, shown(scaled)), action: 'scale', detail }
  })
}

/** Until the cluster has followed, the status tells how many of those wanted now are ready. */
function shown(server: ServerRow): Pick<ServerRow, 'status' | 'message'> {
  if (server.resourceGeneration !== null) return deriveStatus(server)
  return { status: 'PENDING', message: null }
}

/** Takes the pods away and keeps the record. */
export function stop(tools: CommandTools, actor: Actor, id: string): Promise<Done | NotFound | Conflict> {
  return command<Conflict>(tools, actor, id, (server) => {
    if (server.desired === 'DELETED') return beingDeleted(server, 'stopped')
    if (server.desired === 'STOPPED') return unchanged(server)
    const stopped = { ...server, desired: 'STOPPED' as const }
    return { next: renewed(stopped, deriveStatus(stopped)), action: 'stop' }
  })
}

/** Starts a stopped server, or one that failed, if the contract still allows it. */
export function start(
  tools: CommandTools,
  actor: Actor,
  id: string,
): Promise<Done | NotFound | Conflict | Refusal> {
  return command<Conflict | Refusal>(tools, actor, id, (server, servers) => {
    if (server.desired === 'DELETED') return beingDeleted(server, 'started')
    if (server.desired === 'RUNNING' && server.status !== 'FAILED') return unchanged(server)
    const reasons = recheckReplicas(server, server.replicas, servers, tools.limitsOf(server.namespace))
    if (reasons.length > 0) return { answer: { kind: 'refused', reasons } }
    const running = { ...server, desired: 'RUNNING' as const }
    return { next: renewed(running, { status: 'PENDING', message: null }), action: 'start' }
  })
}

/** Deletes the server; its record goes once the cluster has let go of everything. */
export function remove(tools: CommandTools, actor: Actor, id: string): Promise<Done | NotFound> {
  return command(tools, actor, id, (server) => {
    if (server.desired === 'DELETED') return unchanged(server)
    const deleted = { ...server, desired: 'DELETED' as const }
    return { next: renewed(deleted, { status: 'DELETING', message: null }), action: 'delete' }
  })
}

/** What is wanted has changed: a new generation, with a workflow of its own. */
const renewed = (server: ServerRow, status: Pick<ServerRow, 'status' | 'message'>): ServerRow => ({
  ...server,
  ...status,
  generation: server.generation + 1,
})

const beingDeleted = ({ name }: ServerRow, done: string): { answer: Conflict } => ({
  answer: {
    kind: 'conflict',
    message: `The server ${name} is being deleted and cannot be ${done}; deploy a new one.`,
  },
})

const notFound = (id: string): NotFound => ({
  kind: 'notFound',
  message: `There is no server ${quote(id)}; the query servers lists those that there are.`,
})

/** Finds the server, decides, writes, and starts the workflow of a new generation. */
async function command<Other = never>(
  tools: CommandTools,
  actor: Actor,
  id: string,
  decide: (server: ServerRow, servers: readonly ServerRow[]) => Decision<Other>,
): Promise<Done | NotFound | Other> {
  if (!isUuid(id)) return notFound(id)
  const { tenantId } = actor
  const { answer, begun } = await changeServers(tools.database, [tenantId], async (change) => {
    const servers = await change.servers(tenantId)
    const server = servers.find((row) => row.id === id.toLowerCase())
    if (!server) return { answer: notFound(id) }
    const decision = decide(server, servers)
    if (!decision.next) return { answer: decision.answer }
    const { next, action, detail = {} } = decision
    await change.audit({ ...audited(actor, server), action, detail })
    const saved = change.save(next)
    const done: Done = { kind: 'done', server: saved }
    return { answer: done, begun: next.generation > server.generation ? saved : undefined }
  })
  if (begun) tools.deployments.start(begun)
  return answer
}
