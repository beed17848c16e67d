import { quote } from '@berth/platform/quote'
import { failWith, requireCaller } from '@berth/platform/subgraph'
import type { Resolvers, ServerChange } from '@berth/schema/generated/servers.ts'
import type { DataSource } from 'typeorm'
import type { ChangeReader } from '../changes/reader.ts'
import { type ChangeEvent, endingAtOnce, followServers } from '../changes/subscription.ts'
import type { Wakes } from '../changes/wakes.ts'
import { readVersion } from '../records/cursor.ts'
import { findServerOrTombstone } from '../records/queries.ts'
import type { Context } from './context.ts'
import { serverView } from './view.ts'

export interface SubscriptionTools {
  database: DataSource
  reader: ChangeReader
  wakes: Wakes
}

export function subscriptionResolvers(
  { database, reader, wakes }: SubscriptionTools,
  publicUrl: string,
): Required<Pick<Resolvers<Context>, 'Subscription'>> {
  const follow = (tenantId: string, after: number | undefined, only?: string) => {
    const wake = wakes.subscribe(tenantId)
    return endingAtOnce(followServers({ reader, wake, tenantId, after, only }), wake)
  }

  async function followOne(tenantId: string, id: string, after: number | undefined) {
    const row = await findServerOrTombstone(database, tenantId, id)
    const deletedUnseen =
      row?.deletedAt && (after === undefined || !(await reader.canContinue(tenantId, after)))
    if (!row || deletedUnseen) {
      throw failWith('NOT_FOUND', `There is no server ${quote(id)}, so it cannot be followed.`)
    }
    const isOver = row.deletedAt !== null && after !== undefined && row.version <= after
    return isOver ? none() : follow(tenantId, after, row.id)
  }

  return {
    Subscription: {
      serversChanged: {
        subscribe: (_parent, { after }, context) => follow(requireCaller(context).tenantId, versionOf(after)),
        resolve: (event: ChangeEvent) => changeView(event, publicUrl),
      },
      serverChanged: {
        subscribe: (_parent, { id, after }, context) =>
          followOne(requireCaller(context).tenantId, id, versionOf(after)),
        resolve: (event: ChangeEvent) => changeView(event, publicUrl),
      },
    },
  }
}

/** The subscriber has seen the deletion already: there is nothing to come. */
async function* none(): AsyncGenerator<ChangeEvent, void, undefined> {}

function changeView({ type, cursor, row }: ChangeEvent, publicUrl: string): ServerChange {
  return {
    type,
    cursor,
    serverId: row.id,
    server: type === 'DELETED' ? null : serverView(row, publicUrl),
  }
}

function versionOf(after: string | null | undefined): number | undefined {
  if (after === null || after === undefined) return undefined
  const version = readVersion(after)
  if (version === undefined) {
    throw failWith(
      'BAD_USER_INPUT',
      'after is not the cursor of a change; leave it out to begin with a snapshot.',
    )
  }
  return version
}
