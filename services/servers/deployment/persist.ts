import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@berth/platform/log'
import type { DataSource } from 'typeorm'
import { ModelsUnavailable } from '../models/client.ts'
import { ClusterUnavailable, Refused } from './cluster.ts'
import { failGeneration, type Generation, Superseded, tellProgress } from './generation.ts'

/** How a step ended. What went wrong is in the server's record already. */
export type Outcome = 'done' | 'superseded' | 'failed'

/** The generation cannot succeed, whatever is tried; the message is for the server's owner. */
export class CannotGoOn extends Error {
  override name = 'CannotGoOn'
}

const firstPauseMs = 200
const longestPauseMs = 10_000
/** A hiccup shorter than this is not worth a person's attention. */
const tellAfterMs = 1_000

/** The pause before attempt `attempt + 1`. */
export const pauseAfter = (attempt: number) =>
  Math.min(firstPauseMs * 2 ** Math.min(attempt - 1, 10), longestPauseMs)

/**
 * Runs a step until it succeeds, cannot succeed, or is superseded. Whatever else goes wrong is taken to be passing:
 * it is tried again for ever, with growing pauses, and the server's message says what is being waited for.
 */
export async function persist(
  options: { database: DataSource; generation: Generation; log: Log },
  work: () => Promise<void>,
): Promise<Outcome> {
  const { database, generation, log } = options
  const begunAt = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      await work()
      return 'done'
    } catch (error) {
      const outcome = await ended(database, generation, error)
      if (outcome) return outcome
      log.warn({ err: error, server: generation.serverId, attempt }, 'a deployment step must wait')
      if (performance.now() - begunAt > tellAfterMs) {
        // When the database itself is away there is nobody to tell.
        await tellProgress(database, generation, { message: waitingFor(error) }).catch(() => undefined)
      }
      await delay(pauseAfter(attempt))
    }
  }
}

async function ended(
  database: DataSource,
  generation: Generation,
  error: unknown,
): Promise<Outcome | undefined> {
  if (error instanceof Superseded) return 'superseded'
  if (!(error instanceof CannotGoOn || error instanceof Refused)) return undefined
  try {
    await failGeneration(database, generation, error.message)
    return 'failed'
  } catch (later) {
    return later instanceof Superseded ? 'superseded' : undefined
  }
}

/** The sentence for the server's message. */
export function waitingFor(error: unknown): string {
  if (error instanceof ClusterUnavailable) return `Waiting: ${error.message}. Berth goes on trying.`
  if (error instanceof ModelsUnavailable) return `Waiting: ${error.message} Berth goes on trying.`
  return 'Waiting: something broke here, and its log has it. Berth goes on trying.'
}
