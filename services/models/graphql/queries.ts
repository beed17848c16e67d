import { connectionOf, pageSize } from '@berth/platform/paging'
import { failWith } from '@berth/platform/subgraph'
import type { QueryResolvers } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { isStorable } from '../registry/fields.ts'
import { cursorOf, modelByName, modelPage, readPageCursor } from '../registry/page.ts'
import type { StorageContract } from '../storage/storage.ts'
import type { Context } from './context.ts'
import { modelNode, versionNode } from './nodes.ts'

/** Names have 63 at most. */
const longestSearch = 200

export function createQueries({
  database,
  storage,
}: {
  database: DataSource
  storage: StorageContract
}): QueryResolvers<Context> {
  return {
    async models(_parent, { first, after, search }, context) {
      const count = pageSize(first)
      const position = after ? readPageCursor(after) : undefined
      if (after && !position) {
        throw failWith('BAD_USER_INPUT', 'after is not a cursor of models; leave it out to begin again.')
      }
      if (search && search.length > longestSearch) {
        throw failWith(
          'BAD_USER_INPUT',
          `search has ${search.length} characters; it can have ${longestSearch}.`,
        )
      }
      if (search && !isStorable(search)) {
        throw failWith(
          'BAD_USER_INPUT',
          'search has no NUL characters and no halves of surrogate pairs; take them out.',
        )
      }
      const wanted = { first: count, after: position, search: search?.trim().normalize() || undefined }
      const rows = await modelPage(database, context.viewer(), wanted)
      return connectionOf(rows, { first: count, isContinued: position !== undefined }, (row) => ({
        cursor: cursorOf(row),
        node: modelNode(row),
      }))
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

    async modelVersion(_parent, { id }, context) {
      const row = await context.loaders().version(id)
      return row ? versionNode(row) : null
    },

    modelStorage: (_parent, _arguments, context) => storage.of(database.manager, context.viewer()),
  }
}
