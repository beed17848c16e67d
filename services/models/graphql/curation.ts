import { failWith } from '@berth/platform/subgraph'
import type { MutationResolvers } from '@berth/schema/generated/models.ts'
import { checkTag, InvalidField } from '../registry/fields.ts'
import { checkUpdate, type ModelChange } from '../registry/input.ts'
import { retagVersion } from '../registry/retag.ts'
import type { ModelRow } from '../registry/rows.ts'
import { updateModel } from '../registry/update.ts'
import { namesFor } from '../registry/usage.ts'
import type { Viewer } from '../registry/visible.ts'
import { withoutQuery } from '../source/uri.ts'
import { invalidInput, modelNotFound, versionNotFound } from './answers.ts'
import type { Context } from './context.ts'
import type { MutationParts } from './mutations.ts'
import { modelNode, versionNode } from './nodes.ts'

/** Changes of what people call models and versions, and of who sees them. */
export function createCuration(
  parts: MutationParts,
): Required<Pick<MutationResolvers<Context>, 'updateModel' | 'retagModelVersion'>> {
  return {
    async updateModel(_parent, { input }, context) {
      const viewer = context.viewer()
      const model = await context.loaders().model(input.id)
      if (!model) return modelNotFound(input.id)
      requireCurator(model, viewer, 'changes it')
      const change = unlessInvalid(() => checkUpdate(input, viewer))
      if ('__typename' in change) return change
      return update({ ...parts, log: context.log }, viewer, model, change)
    },

    async retagModelVersion(_parent, { id, tag: wanted }, context) {
      const version = await context.loaders().version(id)
      const model = version && (await context.loaders().model(version.modelId))
      if (!version || !model) return versionNotFound(id)
      requireCurator(model, context.viewer(), 'changes its versions')
      const tag = unlessInvalid(() => checkTag(wanted))
      if (typeof tag !== 'string') return tag
      const retagged = await retagVersion(parts.database, version, tag)
      if (retagged.kind === 'gone') return versionNotFound(id)
      const node = versionNode(retagged.version)
      if (retagged.kind === 'retagged') return { __typename: 'RetagModelVersionSuccess', version: node }
      const source = withoutQuery(retagged.version.sourceUri)
      const message = `${model.name} has another version ${tag}, from ${source}; choose another tag, or give that one another first.`
      return { __typename: 'VersionTaken', message, version: node }
    },
  }
}

/** @throws GraphQLError `FORBIDDEN` where a model is everybody's and the viewer is no admin */
export function requireCurator({ name, tenantId }: ModelRow, { isAdmin }: Viewer, doing: string): void {
  if (tenantId !== null || isAdmin) return
  throw failWith('FORBIDDEN', `${name} is in the shared catalogue; only an admin ${doing}.`)
}

function unlessInvalid<Checked>(check: () => Checked) {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error
    return invalidInput(error)
  }
}

async function update(parts: MutationParts, viewer: Viewer, model: ModelRow, change: ModelChange) {
  const updated = await updateModel(parts, viewer, model, change)
  switch (updated.kind) {
    case 'updated':
      return { __typename: 'UpdateModelSuccess', model: modelNode(updated.model) } as const
    case 'gone':
      return modelNotFound(model.id)
    case 'nameTaken':
      return { __typename: 'ModelNameTaken', message: nameTaken(model, change) } as const
    case 'inUse': {
      const usedBy = namesFor(updated.users, viewer.tenantId)
      const message = `${model.name} is used by ${usedBy.join(', ')}; it stays in the shared catalogue until they are deleted.`
      return { __typename: 'ModelInUse', message, usedBy } as const
    }
    case 'late':
      throw failWith('SERVICE_UNAVAILABLE', `${model.name} is being changed by somebody else now; try again.`)
  }
}

function nameTaken(
  model: ModelRow,
  { name = model.name, shared = model.tenantId === null }: ModelChange,
): string {
  const where = shared ? 'The shared catalogue' : 'This tenant'
  return `${where} has a model named ${name} already; choose another name, or rename that one first.`
}
