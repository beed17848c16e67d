import { repeat } from '@berth/platform/schedule'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { type DataSource, IsNull, Raw } from 'typeorm'
import { type ServerRow, Servers } from '../records/server.ts'
import { type Generation, generationOf, updateServer } from './generation.ts'
import { type Outcome, persist } from './persist.ts'
import { awaitModel } from './retrieval.ts'
import { applyResource, approveModel, type DeploymentTools, removeResource, type StepTools } from './steps.ts'

/** Brings servers to what is wanted of them, whatever happens to this process meanwhile. */
export interface Deployments {
  /** Starts the workflow of the server's newest generation; a second start of the same one changes nothing. */
  start(server: ServerRow): void
  /** Starts what was recorded and not started, as when the process ended in between; now and every few seconds. */
  keepStarting(): { close(): void }
}

/** Its name with DBOS. */
export const deployWorkflow = 'deployServer'

const resumeEveryMs = 5_000

/** A process that is killed again and again must not make DBOS give a server up. */
const maxRecoveryAttempts = 1_000_000

const plans: Record<Generation['desired'], [name: string, step: (tools: StepTools) => Promise<void>][]> = {
  RUNNING: [
    ['retrieve', awaitModel],
    ['approve', approveModel],
    ['apply', applyResource],
  ],
  STOPPED: [['remove', removeResource]],
  DELETED: [['remove', removeResource]],
}

/**
 * Registers the workflow with DBOS; must be called once, before DBOS is launched. Each step may run again after a crash,
 * so each begins by looking at what is there.
 */
export function registerDeployments(tools: DeploymentTools): Deployments {
  const { database, log } = tools

  async function deploy(generation: Generation): Promise<Outcome> {
    for (const [name, step] of plans[generation.desired]) {
      const work = () => step({ ...tools, generation })
      const outcome = await DBOS.runStep(() => persist({ database, generation, log }, work), { name })
      if (outcome !== 'done') return outcome
    }
    return 'done'
  }

  const workflow = DBOS.registerWorkflow(deploy, { name: deployWorkflow, maxRecoveryAttempts })

  function start(server: ServerRow): void {
    const generation = generationOf(server)
    const workflowID = workflowIdOf(generation)
    DBOS.startWorkflow(workflow, { workflowID })(generation).then(
      () => log.debug({ workflowID, desired: generation.desired }, 'deployment under way'),
      (error: unknown) => log.warn({ err: error, workflowID }, 'a deployment could not be started yet'),
    )
  }

  return {
    start,
    keepStarting() {
      const resume = () => resumeUnsettled(tools, start)
      const failure = 'unfinished deployments could not be looked for'
      return repeat(resume, { everyMs: resumeEveryMs, log, failure })
    },
  }
}

const workflowIdOf = ({ serverId, number }: Generation) => `${serverId}:${number}`

async function resumeUnsettled(
  { database }: DeploymentTools,
  start: (server: ServerRow) => void,
): Promise<void> {
  const rows = await database.manager.find(Servers, {
    where: { deletedAt: IsNull(), settledGeneration: Raw((column) => `${column} < generation`) },
  })
  for (const row of rows) await resume(database, row, start)
}

/** DBOS itself takes up what was cut off; here is what it does not know of, or has given up. */
async function resume(
  database: DataSource,
  server: ServerRow,
  start: (server: ServerRow) => void,
): Promise<void> {
  const generation = generationOf(server)
  const known = await DBOS.getWorkflowStatus(workflowIdOf(generation))
  if (!known) start(server)
  else if (known.status !== 'PENDING' && known.status !== 'ENQUEUED' && known.status !== 'DELAYED') {
    // An ended workflow keeps its id, so another try is another generation.
    start(await updateServer(database, generation, (row) => ({ ...row, generation: row.generation + 1 })))
  }
}
