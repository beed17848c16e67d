import type { DataSource } from 'typeorm'
import { Versions } from '../registry/rows.ts'
import { changeRetrieval } from './progress.ts'
import { Retrievals } from './rows.ts'
import { stepsCancelled } from './steps.ts'

/**
 * Ends the retrieval that a version has under way; the version is as if it had never begun. Once this is written nothing
 * publishes the file any more, and the workflow throws away what came, in this process or in the one after it.
 * @param stop ends what runs of a retrieval in this process
 * @returns false when there was nothing to end
 */
export async function cancelRetrieval(
  { database, stop }: { database: DataSource; stop(retrievalId: string): void },
  versionId: string,
): Promise<boolean> {
  const open = await database.manager.findOneBy(Retrievals, [
    { versionId, status: 'PENDING' },
    { versionId, status: 'RUNNING' },
  ])
  if (!open) return false
  const cancelled = await changeRetrieval(database, open.id, async ({ steps }, manager) => {
    await manager.update(Versions, { id: versionId }, { status: 'REGISTERED' })
    return { status: 'CANCELLED', steps: stepsCancelled(steps, new Date()) }
  })
  if (!cancelled) return false
  stop(open.id)
  return true
}
