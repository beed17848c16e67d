import { setTimeout as delay } from 'node:timers/promises'
import type { Models } from '../models/client.ts'
import type { ModelFacts } from '../models/facts.ts'
import type { ServerRow } from '../records/server.ts'
import { currentServer, tellProgress } from './generation.ts'
import { CannotGoOn } from './persist.ts'
import type { StepTools } from './steps.ts'

/** The first looks come quickly, so that a small model costs no time; later ones twice a second. */
const firstLookMs = 60
const slowestLookMs = 500

/** Waits until the server's model is in the store, and starts its retrieval where that is needed. */
export async function awaitModel({ database, models, generation }: StepTools): Promise<void> {
  let started = false
  for (let pause = firstLookMs; ; pause = Math.min(pause * 1.5, slowestLookMs)) {
    const server = await currentServer(database, generation)
    // One that was deployed just now may have lost its version to a deletion; later that is not possible.
    if (server.file && generation.number > 1) return
    const facts = await versionOf(models, server)
    if (!facts) throw new CannotGoOn(`The version of ${server.modelName} is gone; deploy another version.`)
    if (facts.status === 'READY') return
    // A process before this one may have started it: what was cancelled since is not brought back.
    started ||= server.status === 'RETRIEVING'
    if (!started) {
      const retrieve = await models.retrieve(server.tenantId, server.modelVersionId)
      // The next look finds out whether it is.
      if (retrieve.kind === 'gone') continue
      if (retrieve.kind === 'refused') throw new CannotGoOn(`${retrieve.message} Then start the server.`)
      started = true
    } else if (facts.status === 'REGISTERED') {
      throw new CannotGoOn(
        `Retrieving ${server.modelName} was cancelled. Start the server to retrieve it again.`,
      )
    } else if (facts.status === 'FAILED') {
      const why = facts.retrieval?.error ?? 'no reason was given'
      throw new CannotGoOn(
        `Retrieving ${server.modelName} failed: ${why}${/[.!]$/.test(why) ? '' : '.'} Start the server to try again.`,
      )
    }
    await tellProgress(database, generation, { status: 'RETRIEVING', message: retrievalMessage(facts) })
    await delay(pause)
  }
}

/** A deletion hides a version while it asks who uses it; with a server there is somebody, so it comes back. */
const goneAfterMs = 5_000

/** What is known of a server's version; null when it is gone for good. */
export async function versionOf(
  models: Pick<Models, 'get'>,
  { tenantId, modelId, modelVersionId }: Pick<ServerRow, 'tenantId' | 'modelId' | 'modelVersionId'>,
  patienceMs = goneAfterMs,
): Promise<ModelFacts | null> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    const facts = await models.get(tenantId, modelId, modelVersionId)
    if (facts || performance.now() >= giveUpAt) return facts
    await delay(slowestLookMs)
  }
}

/** How far a retrieval is, such as `Retrieving storyteller: 42 % of 1.2 GB`. */
export function retrievalMessage({ modelName, retrieval, sizeBytes }: ModelFacts): string {
  const total = retrieval?.bytesTotal ?? sizeBytes
  const received = retrieval?.bytesReceived ?? 0
  if (retrieval?.error) return `Retrieving ${modelName}: ${retrieval.error} Berth goes on trying.`
  if (retrieval?.waitsFor) return `Retrieving ${modelName}: ${retrieval.waitsFor}`
  if (received === 0) return `Retrieving ${modelName}.`
  if (!total) return `Retrieving ${modelName}: ${decimal(received)} so far.`
  if (received >= total) return `Retrieving ${modelName}: ${decimal(total)} received, being checked.`
  return `Retrieving ${modelName}: ${Math.floor((received / total) * 100)} % of ${decimal(total)}.`
}

/** Sizes of files, in the units that people know from downloads. */
function decimal(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? (['GB', 1e9] as const) : (['MB', 1e6] as const)
  return `${Number((bytes / size).toFixed(1))} ${unit}`
}
