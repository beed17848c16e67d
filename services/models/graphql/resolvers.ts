import { quote } from '@berth/platform/quote'
import { failWith } from '@berth/platform/subgraph'
import type { Resolvers } from '@berth/schema/generated/models.ts'
import { newestRetrieval, type RetrievalBell, watchRetrieval } from '../retrieval/watch.ts'
import type { UploadPlace } from '../upload/place.ts'
import type { Context } from './context.ts'
import { createMutations, type MutationParts } from './mutations.ts'
import { modelNode, retrievalNode, versionNode } from './nodes.ts'
import { createQueries } from './queries.ts'
import { createUploadFields } from './uploads.ts'

export function createResolvers(
  parts: MutationParts & { bell: RetrievalBell; uploads: UploadPlace },
): Resolvers<Context> {
  const { database, bell } = parts
  const uploads = createUploadFields({ ...parts.uploads, startRetrieval: parts.startRetrieval })
  return {
    Query: { ...createQueries(parts), ...uploads.Query },
    Mutation: { ...createMutations(parts), ...uploads.Mutation },
    Upload: uploads.Upload,
    Subscription: {
      retrieval: {
        async subscribe(_parent, { versionId }, context) {
          const version = await context.loaders().version(versionId)
          if (!version)
            throw failWith('NOT_FOUND', `There is no version ${quote(versionId)} that you can see.`)
          return shaped(watchRetrieval(bell, version.id, () => newestRetrieval(database, version.id)))
        },
      },
    },
    Model: {
      __resolveReference: async ({ id }, context) => shown(await context.loaders().model(id), modelNode),
      versions: async ({ id }, _arguments, context) =>
        ((await context.loaders().versionsOfModel(id ?? '')) ?? []).map(versionNode),
      latest: async ({ id }, _arguments, context) =>
        shown((await context.loaders().versionsOfModel(id ?? ''))?.[0], versionNode),
    },
    ModelVersion: {
      __resolveReference: async ({ id }, context) => shown(await context.loaders().version(id), versionNode),
      async model(parent, _arguments, context) {
        // A deleted version brings its model along.
        if ('model' in parent && parent.model) return parent.model
        const model = await context.loaders().modelOfVersion(parent.id ?? '')
        if (!model) throw failWith('NOT_FOUND', 'The model was deleted meanwhile.')
        return modelNode(model)
      },
      retrieval: async ({ id }, _arguments, context) =>
        shown(await context.loaders().retrievalOfVersion(id ?? ''), retrievalNode),
    },
    Retrieval: {
      __resolveReference: async ({ id }, context) =>
        shown(await context.loaders().retrieval(id), retrievalNode),
    },
  }
}

const shown = <Row, Node>(row: Row | undefined, node: (row: Row) => Node): Node | null =>
  row === undefined ? null : node(row)

/** The watched rows as the subscription's field gives them; ends what it watches when it is ended. */
function shaped(rows: ReturnType<typeof watchRetrieval>) {
  return {
    async next() {
      const { done, value } = await rows.next()
      return done
        ? { done: true as const, value: undefined }
        : { done: false as const, value: { retrieval: retrievalNode(value) } }
    },
    async return() {
      await rows.return?.()
      return { done: true as const, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
