import { ModelsUnavailable } from '../models/client.ts'
import type { ServerRow } from '../records/server.ts'
import { type Actor, type CommandTools, type Deployed, deploy } from './deploy.ts'
import { remove } from './lifecycle.ts'

/**
 * Deploys, and makes sure that the version is still there now that everybody can see the server. The models service asks
 * who uses a version after it has hidden it, and deletes it only when nobody does; so one of the two notices the other. A
 * server whose version is gone is taken back.
 */
export async function deployConfirmed(
  tools: CommandTools,
  actor: Actor,
  input: Parameters<typeof deploy>[2],
): Promise<Deployed> {
  const deployed = await deploy(tools, actor, input)
  if (deployed.kind !== 'deployed' || (await hasVersion(tools, deployed.server))) return deployed
  const { id, modelName } = deployed.server
  await remove(tools, actor, id)
  const message = `The version of ${modelName} was taken away just now; choose another one, or try again.`
  if (input.plan) return { kind: 'planRejected', message: `The plan is no longer true: ${message}` }
  return { kind: 'refused', reasons: [{ code: 'MODEL_NOT_FOUND', message, field: 'model' }] }
}

async function hasVersion(
  { models }: Pick<CommandTools, 'models'>,
  { tenantId, modelId, modelVersionId }: ServerRow,
): Promise<boolean> {
  try {
    return (await models.get(tenantId, modelId, modelVersionId)) !== null
  } catch (error) {
    if (!(error instanceof ModelsUnavailable)) throw error
    // The deployment itself asks again, and waits for the answer (deployment/retrieval.ts).
    return true
  }
}
