import type { MutationResolvers } from '@berth/schema/generated/models.ts'
import { Versions } from '../registry/rows.ts'
import { cancelRetrieval } from '../retrieval/cancel.ts'
import { versionNotFound } from './answers.ts'
import type { Context } from './context.ts'
import { requireCurator } from './curation.ts'
import type { MutationParts } from './mutations.ts'
import { versionNode } from './nodes.ts'

export function createCancellation({
  database,
  stopRetrieval,
}: MutationParts): Required<Pick<MutationResolvers<Context>, 'cancelRetrieval'>> {
  return {
    async cancelRetrieval(_parent, { versionId }, context) {
      const seen = await context.loaders().version(versionId)
      const model = seen && (await context.loaders().model(seen.modelId))
      if (!seen || !model) return versionNotFound(versionId)
      requireCurator(model, context.viewer(), 'cancels its retrievals')
      const cancelled = await cancelRetrieval({ database, stop: stopRetrieval }, seen.id)
      const version = await database.manager.findOneBy(Versions, { id: seen.id })
      if (!version) return versionNotFound(versionId)
      if (cancelled) return { __typename: 'CancelRetrievalSuccess', version: versionNode(version) }
      const message = `Nothing is being retrieved for ${model.name}:${version.tag}; it is ${version.status}.`
      return { __typename: 'NoRetrieval', message, version: versionNode(version) }
    },
  }
}
