import { setTimeout as delay } from 'node:timers/promises'
import type { RetrievalStepName } from '@berth/schema/generated/models.ts'
import type { DataSource } from 'typeorm'
import { receivedOf } from './content.ts'
import { changeRetrieval } from './progress.ts'
import type { Claim, Leave, Obstacle, Slots } from './slots.ts'
import { stepWaits } from './steps.ts'

/** Somebody who looks on sees how far the file has come, by whichever retrieval. */
const tellEveryMs = 250

/** What a step says while it waits for its turn. */
export function waitsFor(obstacle: Obstacle): string {
  if (obstacle.kind === 'content') {
    return 'Another retrieval downloads the same file; this one goes on with what that one gets.'
  }
  const others = obstacle.underWay === 1 ? 'another retrieval' : `${obstacle.underWay} other retrievals`
  const whose = obstacle.kind === 'owner' ? ' of this owner' : ''
  const are = obstacle.underWay === 1 ? 'is' : 'are'
  return `It begins once there is room: ${others}${whose} ${are} under way.`
}

/**
 * Waits until a step's claim can be met; meanwhile the step says what it waits for, and how far a download is that it waits for.
 * @throws the signal's reason, when that is aborted before
 */
export async function enter(
  { database, slots }: { database: DataSource; slots: Slots },
  waiting: { retrievalId: string; step: RetrievalStepName; claim: Claim; signal: AbortSignal },
): Promise<Leave> {
  const { claim, signal } = waiting
  const entered = new AbortController()
  const telling = slots.obstacle(claim) ? tell(database, slots, waiting, entered.signal) : undefined
  try {
    return await slots.take(claim, signal)
  } finally {
    entered.abort()
    await telling
  }
}

async function tell(
  database: DataSource,
  slots: Slots,
  { retrievalId, step, claim }: { retrievalId: string; step: RetrievalStepName; claim: Claim },
  entered: AbortSignal,
): Promise<void> {
  let told = ''
  while (!entered.aborted) {
    try {
      const obstacle = slots.obstacle(claim)
      const news = obstacle && (await newsOf(database, obstacle, claim))
      if (news && JSON.stringify(news) !== told) {
        const { text, ...progress } = news
        await changeRetrieval(database, retrievalId, ({ steps }) => ({
          ...progress,
          steps: stepWaits(steps, step, text),
        }))
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
  { content }: Claim,
): Promise<{ text: string; bytesReceived?: number }> {
  const text = waitsFor(obstacle)
  if (obstacle.kind !== 'content' || content === undefined) return { text }
  return { text, bytesReceived: await receivedOf(database, content) }
}
