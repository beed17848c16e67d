import type { Log } from '@berth/platform/log'
import { repeat } from '@berth/platform/schedule'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { type DataSource, In, LessThan } from 'typeorm'
import { Versions } from '../registry/rows.ts'
import { type Bucket, finalKey } from '../store/bucket.ts'
import { withDigestLock } from '../store/lock.ts'
import type { Workplace } from './attempt.ts'
import { failRetrieval } from './progress.ts'
import { Retrievals } from './rows.ts'
import type { Slots } from './slots.ts'
import { sweepIncoming } from './sweep.ts'
import type { StartRetrieval } from './workflow.ts'

/** Long enough for whoever wrote the row to have started its workflow. */
const settledMs = 10_000

/**
 * Brings retrievals and workflows together again: one that was recorded, and whose process died before it started the
 * workflow, is started; one whose workflow ended without it, is failed. DBOS itself goes on with those that were cut off.
 */
export async function reconcileRetrievals(
  database: DataSource,
  start: StartRetrieval,
  log: Log,
): Promise<void> {
  const old = LessThan(new Date(Date.now() - settledMs))
  const open = await database.manager.find(Retrievals, {
    where: [
      { status: 'PENDING', updatedAt: old },
      { status: 'RUNNING', updatedAt: old },
    ],
  })
  for (const { id } of open) {
    const workflow = await DBOS.getWorkflowStatus(id)
    if (!workflow) {
      log.warn({ retrieval: id }, 'a retrieval without a workflow is started')
      await start(id)
    } else if (workflow.status !== 'PENDING') {
      log.error({ retrieval: id, workflow: workflow.status }, 'a workflow ended without its retrieval')
      await failRetrieval(database, id, 'The retrieval broke off; start it again.')
    }
  }
}

/** The digests that these keys under `sha256/` name; strangers name none. */
export const digestsOf = (keys: readonly string[]): string[] =>
  keys.flatMap((key) => /^sha256\/([\da-f]{64})\.gguf$/.exec(key)?.[1] ?? [])

/** Takes away objects that no version has: their version was deleted while the store was away, or its process died in between. */
export async function sweepObjects(database: DataSource, bucket: Bucket): Promise<void> {
  const digests = digestsOf((await bucket.list('sha256/')).objects)
  const known = await database.manager.find(Versions, {
    select: { objectSha256: true },
    where: { objectSha256: In(digests) },
  })
  const kept = new Set(known.map(({ objectSha256 }) => objectSha256))
  for (const digest of digests.filter((one) => !kept.has(one))) {
    await withDigestLock(database, digest, async () => {
      // One that was published since has its version by now.
      if (await database.manager.existsBy(Versions, { objectSha256: digest })) return
      await bucket.remove(finalKey(digest))
    })
  }
}

/** Reconciles now and every 30 s; sweeps every ten minutes. */
export function keepReconciled(
  { database, bucket, slots }: Pick<Workplace, 'database' | 'bucket'> & { slots: Slots },
  start: StartRetrieval,
  log: Log,
): { close(): void } {
  const schedules = [
    repeat(() => reconcileRetrievals(database, start, log), {
      everyMs: 30_000,
      log,
      failure: 'retrievals could not be reconciled',
    }),
    repeat(
      async () => {
        await sweepIncoming({ database, bucket, slots })
        await sweepObjects(database, bucket)
      },
      { everyMs: 600_000, firstAfterMs: 5_000, log, failure: 'the object store could not be swept' },
    ),
  ]
  return { close: () => schedules.forEach((schedule) => void schedule.close()) }
}
