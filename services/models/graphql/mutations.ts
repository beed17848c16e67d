import type { Log } from '@berth/platform/log'
import { failWith } from '@berth/platform/subgraph'
import type { MutationResolvers } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { InvalidField } from '../registry/fields.ts'
import { checkRegistration } from '../registry/input.ts'
import { describeSource, registerVersion } from '../registry/register.ts'
import { removeVersion } from '../registry/remove.ts'
import { namesFor, type UsersOf } from '../registry/usage.ts'
import { beginRetrieval } from '../retrieval/begin.ts'
import type { StartRetrieval } from '../retrieval/workflow.ts'
import type { Origins } from '../source/origin.ts'
import { withoutQuery } from '../source/uri.ts'
import { type StorageContract, StorageExceeded } from '../storage/storage.ts'
import type { Bucket } from '../store/bucket.ts'
import { invalidInput, storageExceeded, versionNotFound } from './answers.ts'
import { createCancellation } from './cancellation.ts'
import type { Context } from './context.ts'
import { createCuration, requireCurator } from './curation.ts'
import { modelNode, versionNode } from './nodes.ts'

export interface MutationParts {
  database: DataSource
  bucket: Bucket
  origins: Origins
  storage: StorageContract
  startRetrieval: StartRetrieval
  stopRetrieval(retrievalId: string): void
  usersOf: UsersOf
  log: Log
}

export function createMutations(parts: MutationParts): MutationResolvers<Context> {
  const { database, origins } = parts
  return {
    async registerModel(_parent, { input }, context) {
      try {
        const registration = checkRegistration(input, context.viewer(), origins.rules)
        const { kind, version } = await registerVersion(database, registration)
        if (kind === 'taken') {
          const source = withoutQuery(version.sourceUri)
          const message = `${registration.name} already has a version ${version.tag}, from ${source}; choose another tag.`
          return { __typename: 'VersionTaken', message, version: versionNode(version) }
        }
        const described = await describeSource({ ...parts, log: context.log }, version)
        return { __typename: 'RegisterModelSuccess', version: versionNode(described) }
      } catch (error) {
        if (!(error instanceof InvalidField)) throw error
        return invalidInput(error)
      }
    },

    async retrieveModel(_parent, { versionId }, context) {
      try {
        const version = await beginRetrieval(parts, context.viewer(), versionId)
        return version
          ? { __typename: 'RetrieveModelSuccess', version: versionNode(version) }
          : versionNotFound(versionId)
      } catch (error) {
        if (error instanceof InvalidField) return invalidInput(error)
        if (!(error instanceof StorageExceeded)) throw error
        return storageExceeded(error)
      }
    },

    ...createCancellation(parts),
    ...createCuration(parts),
    deleteModelVersion: (_parent, { id }, context) => deleteVersion(parts, id, context),
  }
}

async function deleteVersion(parts: MutationParts, id: string, context: Context) {
  const viewer = context.viewer()
  const version = await context.loaders().version(id)
  const model = version && (await context.loaders().model(version.modelId))
  if (!version || !model) return versionNotFound(id)
  requireCurator(model, viewer, 'deletes from it')
  const inUse = (usedBy: string[]) => ({
    __typename: 'VersionInUse' as const,
    message: `${model.name}:${version.tag} is used by ${usedBy.join(', ')}; end that first.`,
    usedBy,
  })
  if (version.status === 'RETRIEVING') return inUse(['a retrieval'])
  const removed = await removeVersion({ ...parts, log: context.log }, version)
  switch (removed.kind) {
    case 'gone':
      return versionNotFound(id)
    case 'retrieving':
      return inUse(['a retrieval'])
    case 'inUse':
      return inUse(namesFor(removed.users, viewer.tenantId))
    case 'late':
      throw failWith('SERVICE_UNAVAILABLE', `Deleting ${model.name}:${version.tag} took too long; try again.`)
  }
  // The row is gone: the version answers with what it was, and with its model as that was.
  const deleted = { ...versionNode(version), model: modelNode(model) }
  return { __typename: 'DeleteModelVersionSuccess' as const, version: deleted }
}
