import { randomUUID } from 'node:crypto'
import type { SigningKeys } from '@berth/platform/signing'
import type { DataSource } from 'typeorm'
import { type Plan, planServer, type Terms, termsDigest } from '../contract/contract.ts'
import type { InputMistake, WantedServer } from '../contract/input.ts'
import type { Limits } from '../contract/limits.ts'
import { type AcceptedPlan, openPlan, PlanTokenError } from '../contract/plan-token.ts'
import { type Reason, totalUse } from '../contract/quota.ts'
import type { Deployments } from '../deployment/workflow.ts'
import type { Models } from '../models/client.ts'
import type { ModelFacts } from '../models/facts.ts'
import { changeServers, ensureTenant } from '../records/change.ts'
import { serversOf } from '../records/queries.ts'
import type { ApprovedFile, ServerRow } from '../records/server.ts'

/** What the commands work with. */
export interface CommandTools {
  database: DataSource
  models: Models
  keys: SigningKeys
  contractIssuer: string
  limitsOf(namespace: string): Limits
  deployments: Deployments
}

/** Who gives a command, and for which tenant. */
export interface Actor {
  tenantId: string
  namespace: string
  /** A user's id, or a service's client id. */
  subject: string
}

export type Deployed =
  | { kind: 'deployed'; server: ServerRow }
  | { kind: 'invalid'; mistake: InputMistake }
  | { kind: 'refused'; reasons: Reason[] }
  | { kind: 'planRejected'; message: string }

/** What deploying would mean now. Changes nothing. */
export async function plan(tools: CommandTools, actor: Actor, wanted: WantedServer): Promise<Plan> {
  const facts = await findModel(tools.models, actor, wanted)
  const servers = await serversOf(tools.database, actor.tenantId)
  return planAmong(servers, tools, actor, wanted, facts)
}

/** Deploys what is wanted, or what an accepted plan holds. */
export async function deploy(
  tools: CommandTools,
  actor: Actor,
  input: WantedServer & { plan?: string | null },
): Promise<Deployed> {
  const { plan: token, ...wanted } = input
  if (!token) return deployWanted(tools, actor, wanted)
  if (Object.values(wanted).some((value) => value !== null && value !== undefined)) {
    const message = 'A plan holds its whole input: give either the plan, or the fields, not both.'
    return { kind: 'invalid', mistake: { field: 'plan', message } }
  }
  try {
    const accepted = await openPlan(tools.keys, tools.contractIssuer, actor.tenantId, token)
    return await deployWanted(tools, actor, accepted.wanted, accepted)
  } catch (error) {
    if (error instanceof PlanTokenError) return { kind: 'planRejected', message: error.message }
    throw error
  }
}

async function deployWanted(
  tools: CommandTools,
  actor: Actor,
  wanted: WantedServer,
  accepted?: AcceptedPlan,
): Promise<Deployed> {
  const facts = await findModel(tools.models, actor, wanted)
  await ensureTenant(tools.database, actor.tenantId, actor.namespace)
  // The tenant's row is locked from the check to the insert: racing deploys cannot overshoot the quota.
  const deployed = await changeServers(
    tools.database,
    [actor.tenantId],
    async (change): Promise<Deployed> => {
      const servers = await change.servers(actor.tenantId)
      const { terms, mistakes, reasons } = planAmong(servers, tools, actor, wanted, facts)
      if (!terms && accepted) {
        const message = `The plan is no longer true: ${reasons.map((reason) => reason.message).join(' ')} Plan again.`
        return { kind: 'planRejected', message }
      }
      const [mistake] = mistakes
      if (mistake) return { kind: 'invalid', mistake }
      if (!terms) return { kind: 'refused', reasons }
      if (accepted && accepted.digest !== termsDigest(terms))
        return { kind: 'planRejected', message: changed }
      const server = change.save(newServer(actor, terms, facts?.file ?? null))
      const detail = {
        name: terms.name,
        model: terms.modelName,
        version: terms.versionId,
        planned: !!accepted,
      }
      await change.audit({ ...audited(actor, server), action: 'deploy', detail })
      return { kind: 'deployed', server }
    },
  )
  if (deployed.kind === 'deployed') tools.deployments.start(deployed.server)
  return deployed
}

const changed =
  'The plan is no longer true: what is known of the model has changed since, and with it the memory or the context. Plan again.'

export const audited = ({ tenantId, subject }: Actor, { id }: ServerRow) => ({
  tenantId,
  actor: subject,
  serverId: id,
})

async function findModel(models: Models, actor: Actor, wanted: WantedServer): Promise<ModelFacts | null> {
  return wanted.model ? models.find(actor.tenantId, wanted.model, wanted.versionId) : null
}

function planAmong(
  servers: readonly ServerRow[],
  { limitsOf }: CommandTools,
  { namespace }: Actor,
  wanted: WantedServer,
  facts: ModelFacts | null,
): Plan {
  return planServer({
    wanted,
    facts,
    holder: servers.find(({ name }) => name === wanted.name),
    used: totalUse(servers),
    limits: limitsOf(namespace),
  })
}

/** A record as it begins; its version is given when it is saved. With the file in the store, the contract is final. */
function newServer({ tenantId, namespace }: Actor, terms: Terms, file: ApprovedFile | null): ServerRow {
  const now = new Date()
  const { versionId, ...approved } = terms
  return {
    ...approved,
    id: randomUUID(),
    tenantId,
    namespace,
    modelVersionId: versionId,
    file,
    desired: 'RUNNING',
    generation: 1,
    settledGeneration: 0,
    resourceGeneration: null,
    observed: null,
    status: 'PENDING',
    message: null,
    readyReplicas: 0,
    pods: [],
    memoryBytes: null,
    maxMemoryBytes: null,
    cpuCores: null,
    usageAt: null,
    createdAt: now,
    startedAt: null,
    updatedAt: now,
    version: 0,
    createdVersion: 0,
    deletedAt: null,
  }
}
