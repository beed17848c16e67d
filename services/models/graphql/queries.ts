import { failWith } from '@berth/platform/subgraph'
import type { QueryResolvers } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { isStorable } from '../registry/input.ts'
import { decodeCursor, encodeCursor, modelByName, modelPage } from '../registry/page.ts'
import type { Context } from './context.ts'
import { modelNode } from './nodes.ts'

const mostPerPage = 100

export function createQueries(database: DataSource): QueryResolvers<Context> {
  return {
    async models(_parent, { first, after, search }, context) {
      const count = first ?? 20
      if (count < 1 || count > mostPerPage) {
        throw failWith('BAD_USER_INPUT', `\`first\` is 1 to ${mostPerPage}; go on with \`after\`.`)
      }
      const position = after ? decodeCursor(after) : undefined
      if (after && !position) throw failWith('BAD_USER_INPUT', '`after` is no cursor of this list.')
      if (search && !isStorable(search)) {
        throw failWith('BAD_USER_INPUT', '`search` has no NUL characters; take them out.')
      }
      const wanted = { first: count, after: position, search: search?.trim() || undefined }
      const rows = await modelPage(database, context.viewer(), wanted)
      const edges = rows.slice(0, count).map((row) => ({ cursor: encodeCursor(row), node: modelNode(row) }))
      return {
        edges,
        pageInfo: {
          hasNextPage: rows.length > count,
          hasPreviousPage: position !== undefined,
          startCursor: edges.at(0)?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
      }
    },

    async model(_parent, { id, name }, context) {
      if ((id == null) === (name == null)) {
        throw failWith('BAD_USER_INPUT', 'Ask for a model either by its id or by its name.')
      }
      if (name != null && !isStorable(name)) return null
      const row =
        id != null
          ? await context.loaders().model(id)
          : await modelByName(database, context.viewer(), name ?? '')
      return row ? modelNode(row) : null
    },
  }
}
