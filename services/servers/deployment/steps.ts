import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'
import type { SigningKeys } from '@berth/platform/signing'
import type { DataSource } from 'typeorm'
import { summarise } from '../contract/contract.ts'
import { signContract } from '../contract/contract-token.ts'
import type { Limits } from '../contract/limits.ts'
import { footprintOf, replicasAllowed } from '../contract/quota.ts'
import { recheckModel, useAround } from '../contract/recheck.ts'
import { withoutPods } from '../feed/record.ts'
import { deriveStatus } from '../feed/status.ts'
import type { Models } from '../models/client.ts'
import { type ServerRow, Servers } from '../records/server.ts'
import type { Cluster, Place } from './cluster.ts'
import { currentServer, type Generation, Superseded, tellProgress, updateServer } from './generation.ts'
import { type ModelServeResource, modelServeResource, modelServeSpec } from './modelserve.ts'
import { CannotGoOn } from './persist.ts'
import { versionOf } from './retrieval.ts'

/** What the steps of a deployment work with. */
export interface DeploymentTools {
  database: DataSource
  models: Models
  cluster: Cluster
  keys: SigningKeys
  limitsOf(namespace: string): Limits
  bucket: string
  log: Log
}

export type StepTools = DeploymentTools & { generation: Generation }

/** The CRD's own maximum. */
const mostReplicas = 1_000

const placeOf = ({ namespace, name }: ServerRow): Place => ({ namespace, name })

/** Asks the contract again, now that the model's header is known, and records what it approves. */
export async function approveModel({ database, models, generation, limitsOf }: StepTools): Promise<void> {
  const server = await currentServer(database, generation)
  if (server.file) return
  const facts = await versionOf(models, server)
  const file = facts?.file
  if (!file) throw new CannotGoOn(`The file of ${server.modelName} is gone; start the server to retrieve it.`)
  await updateServer(database, generation, (row, servers) => {
    const { reasons, runtime, memoryRequest } = recheckModel(row, facts, servers, limitsOf(row.namespace))
    if (reasons.length > 0) {
      throw new CannotGoOn(
        `The contract does not allow it, now that the model is known: ${summarise(reasons)}`,
      )
    }
    return { ...row, file, runtime, memoryRequest }
  })
}

/** Brings the resource to what is wanted, with a contract signed for it just before. */
export async function applyResource(tools: StepTools): Promise<void> {
  const { database, cluster, generation } = tools
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    const server = await currentServer(database, generation)
    const existing = await cluster.read(placeOf(server))
    if (existing && existing.spec.serverId !== server.id) {
      throw new CannotGoOn(
        `The namespace ${server.namespace} has a ModelServe ${server.name} of another server, ${existing.spec.serverId}; delete it with kubectl, then start this server.`,
      )
    }
    const applied = isGoing(existing) ? null : await signAndApply(tools, server)
    if (applied && !isGoing(applied)) {
      await settleApplied(tools, applied, existing !== null)
      return
    }
    await tellProgress(database, generation, { message: 'Waiting for the pods from before to go away.' })
    await delay(pause)
  }
}

const isGoing = (resource: ModelServeResource | null) => resource?.metadata?.deletionTimestamp !== undefined

async function signAndApply(tools: StepTools, server: ServerRow): Promise<ModelServeResource> {
  const { database, cluster, keys, limitsOf, bucket } = tools
  if (!server.file) throw new Error(`The server ${server.id} has no approved file.`)
  await cluster.ensureNamespace(server.namespace, server.tenantId)
  const servers = await database.manager.findBy(Servers, { tenantId: server.tenantId })
  const { others } = useAround(servers, server.id)
  const spec = modelServeSpec(server, server.file, bucket)
  const maxReplicas = replicasAllowed(footprintOf(server), others, limitsOf(server.namespace), mostReplicas)
  const { tenantId, ...place } = { tenantId: server.tenantId, ...placeOf(server) }
  const token = await signContract(keys, { ...place, spec, tenantId, maxReplicas })
  return cluster.apply(modelServeResource(server, spec, token))
}

async function settleApplied(
  { database, cluster, generation }: StepTools,
  resource: ModelServeResource,
  existed: boolean,
): Promise<void> {
  try {
    await updateServer(database, generation, (before) => {
      const row = existed ? before : withoutPods(before)
      const derived = deriveStatus(row)
      return {
        ...row,
        ...derived,
        resourceGeneration: resource.metadata?.generation ?? 1,
        settledGeneration: generation.number,
        startedAt: derived.status === 'READY' && before.status !== 'READY' ? new Date() : row.startedAt,
      }
    })
  } catch (error) {
    // A stop or a deletion came in between and may have found nothing to take away yet.
    if (error instanceof Superseded) await takeBack(database, cluster, generation, resource)
    throw error
  }
}

async function takeBack(
  database: DataSource,
  cluster: Cluster,
  { serverId }: Generation,
  resource: ModelServeResource,
): Promise<void> {
  const row = await database.manager.findOneBy(Servers, { id: serverId })
  if (row?.desired !== 'RUNNING') await cluster.remove(resource)
}

/** Takes the resource away and waits until it is gone; then the server is stopped, or deleted for good. */
export async function removeResource({ database, cluster, generation }: StepTools): Promise<void> {
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    const server = await currentServer(database, generation)
    const existing = await cluster.read(placeOf(server))
    if (!existing || existing.spec.serverId !== server.id) break
    if (!isGoing(existing)) await cluster.remove(existing)
    await delay(pause)
  }
  await updateServer(database, generation, (row) => ({
    ...withoutPods(row),
    message: null,
    settledGeneration: generation.number,
    ...(generation.desired === 'DELETED' ? { deletedAt: new Date() } : { status: 'STOPPED' }),
  }))
}
