import { type DataSource, IsNull } from 'typeorm'
import { changeServers } from '../records/change.ts'
import { type DesiredState, looksTheSame, type ServerRow, Servers } from '../records/server.ts'

/** One change of what is wanted of a server. Its workflow acts only while no newer one has come. */
export interface Generation {
  serverId: string
  tenantId: string
  number: number
  desired: DesiredState
}

/** A newer generation of the same server has come; this one's workflow must do nothing more. */
export class Superseded extends Error {
  override name = 'Superseded'
}

export const generationOf = (server: ServerRow): Generation => ({
  serverId: server.id,
  tenantId: server.tenantId,
  number: server.generation,
  desired: server.desired,
})

function stillCurrent(row: ServerRow | null | undefined, { serverId, number }: Generation): ServerRow {
  if (row?.generation === number && row.settledGeneration < number) return row
  throw new Superseded(`The server ${serverId} has moved on from generation ${number}.`)
}

/** The server while this generation is its newest. @throws Superseded */
export async function currentServer(database: DataSource, generation: Generation): Promise<ServerRow> {
  const where = { id: generation.serverId, deletedAt: IsNull() }
  return stillCurrent(await database.manager.findOne(Servers, { where }), generation)
}

/**
 * Changes the server while this generation is its newest; `work` answers the new row, or undefined to leave it.
 * @throws Superseded
 */
export function updateServer(
  database: DataSource,
  generation: Generation,
  work: (row: ServerRow, servers: readonly ServerRow[]) => ServerRow | undefined,
): Promise<ServerRow> {
  const { tenantId, serverId } = generation
  return changeServers(database, [tenantId], async (change) => {
    const servers = await change.servers(tenantId)
    const row = stillCurrent(
      servers.find(({ id }) => id === serverId),
      generation,
    )
    const next = work(row, servers)
    if (!next) return row
    if (!looksTheSame(row, next)) return change.save(next)
    change.saveQuietly(next)
    return next
  })
}

/** Tells how far it is, where that is news. @throws Superseded */
export async function tellProgress(
  database: DataSource,
  generation: Generation,
  news: Partial<Pick<ServerRow, 'status' | 'message'>>,
): Promise<void> {
  const differs = (row: ServerRow) =>
    (news.status !== undefined && news.status !== row.status) ||
    (news.message !== undefined && news.message !== row.message)
  if (!differs(await currentServer(database, generation))) return
  await updateServer(database, generation, (row) => (differs(row) ? { ...row, ...news } : undefined))
}

/** Ends a generation that cannot go on, with the reason. @throws Superseded */
export async function failGeneration(
  database: DataSource,
  generation: Generation,
  message: string,
): Promise<void> {
  await updateServer(database, generation, (row) => ({
    ...row,
    status: 'FAILED',
    message,
    settledGeneration: generation.number,
  }))
}
