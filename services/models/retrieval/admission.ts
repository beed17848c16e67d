import { setTimeout as delay } from 'node:timers/promises'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { sharedOwner } from './beginning.ts'
import { receivedOf } from './content.ts'
import { changeRetrieval } from './progress.ts'
import type { RetrievalRow } from './rows.ts'
import type { Claim, Leave, Obstacle, Slots } from './slots.ts'
import { stepWaits } from './steps.ts'

/** Somebody who looks on sees how far the file has come, by whichever retrieval. */
const tellEveryMs = 250

/** What a step says while it waits for its turn. */
export function waitsFor(obstacle: Obstacle, owner?: string): string {
  if (obstacle.kind === 'content') {
    return 'Another retrieval downloads the same file; this one goes on with what that one gets.'
  }
  const { kind, underWay } = obstacle
  const others = underWay === 1 ? 'another retrieval' : `${underWay} other retrievals`
  const ofAll = owner === sharedOwner ? ' of the shared catalogue' : ' of this tenant'
  return `It begins once there is room: ${others}${kind === 'owner' ? ofAll : ''} ${underWay === 1 ? 'is' : 'are'} under way.`
}

interface Waiting {
  retrievalId: string
  step: RetrievalStepName
  claim: Claim
}

/**
 * Waits until a step's claim can be met; meanwhile the step says what it waits for, and how far a download is that it waits for.
 * @throws when the signal is aborted, or the retrieval is over, before
 */
export async function enter(
  { database, slots }: { database: DataSource; slots: Slots },
  waiting: Waiting,
  signal: AbortSignal,
): Promise<Leave> {
  const { claim } = waiting
  if (!slots.obstacle(claim)) return slots.take(claim, signal)
  const over = new AbortController()
  const entered = new AbortController()
  const telling = tell(database, slots, waiting, { entered: entered.signal, onOver: () => over.abort() })
  try {
    return await slots.take(claim, AbortSignal.any([signal, over.signal]))
  } finally {
    entered.abort()
    await telling
  }
}

async function tell(
  database: DataSource,
  slots: Slots,
  { retrievalId, step, claim }: Waiting,
  { entered, onOver }: { entered: AbortSignal; onOver(): void },
): Promise<void> {
  let told = ''
  while (!entered.aborted) {
    try {
      const obstacle = slots.obstacle(claim)
      const news = obstacle && (await newsOf(database, obstacle, claim))
      if (news && JSON.stringify(news) !== told) {
        const { text, ...progress } = news
        const change = ({ steps }: RetrievalRow) => ({ ...progress, steps: stepWaits(steps, step, text) })
        if (!(await changeRetrieval(database, retrievalId, change))) return onOver()
        told = JSON.stringify(news)
      }
    } catch {
      // A database that is away for a moment is asked again; nothing is lost but news.
    }
    await delay(tellEveryMs, undefined, { signal: entered }).catch(() => undefined)
  }
}

async function newsOf(
  database: DataSource,
  obstacle: Obstacle,
  { owner, content }: Claim,
): Promise<{ text: string; bytesReceived?: number }> {
  const text = waitsFor(obstacle, owner)
  if (obstacle.kind !== 'content' || content === undefined) return { text }
  return { text, bytesReceived: await receivedOf(database, content) }
}
