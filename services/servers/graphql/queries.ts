import { connectionOf, pageSize } from '@berth/platform/paging'
import { failWith, requireCaller } from '@berth/platform/subgraph'
import type { Resolvers } from '@berth/schema/generated/servers.ts'
import { type CommandTools, plan } from '../commands/deploy.ts'
import { signPlan } from '../contract/plan-token.ts'
import { cursorOf, readPageCursor } from '../records/cursor.ts'
import { findServer, pageOfServers } from '../records/queries.ts'
import { actorOf, withModels } from './actor.ts'
import type { Context } from './context.ts'
import { planView, serverView } from './view.ts'

export function queryResolvers(
  tools: CommandTools,
  publicUrl: string,
): Required<Pick<Resolvers<Context>, 'Query' | 'Server' | 'ModelVersion'>> {
  const { database, keys } = tools

  async function serverOf(id: string, context: Context) {
    const row = await findServer(database, requireCaller(context).tenantId, id)
    return row && serverView(row, publicUrl)
  }

  return {
    Query: {
      async planServer(_parent, { input }, context) {
        const actor = actorOf(context)
        const decided = await withModels(plan(tools, actor, input))
        const signed = decided.terms && (await signPlan(keys, actor.tenantId, decided.terms))
        return planView(decided, signed)
      },
      server: (_parent, { id }, context) => serverOf(id, context),
      async servers(_parent, { first, after, status }, context) {
        const { tenantId } = requireCaller(context)
        const count = pageSize(first)
        const start = after ? readPageCursor(after) : undefined
        if (after && !start) {
          throw failWith('BAD_USER_INPUT', 'after is not a cursor of servers; leave it out to begin again.')
        }
        const rows = await pageOfServers(database, tenantId, { first: count, after: start, status })
        return connectionOf(rows, { first: count, isContinued: start !== undefined }, (row) => ({
          cursor: cursorOf(row),
          node: serverView(row, publicUrl),
        }))
      },
    },
    Server: {
      // Federation's own field carries no @access, so the scope is checked here.
      async __resolveReference({ id }, context) {
        const { scopes } = requireCaller(context)
        return id && scopes.has('servers:read') ? serverOf(id, context) : null
      },
    },
    ModelVersion: {
      // Nothing is told of a version here, so any id is as good as another.
      __resolveReference: ({ id }) => ({ id }),
      async servers({ id }, _arguments, context) {
        const { scopes, tenantId } = requireCaller(context)
        if (id === undefined || !scopes.has('servers:read')) return null
        const rows = await context.serversOfVersion(tenantId, id)
        return rows.map((row) => serverView(row, publicUrl))
      },
    },
  }
}
