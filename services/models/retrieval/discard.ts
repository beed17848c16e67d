import type { DataSource } from 'typeorm'
import { type Bucket, incomingPrefix } from '../store/bucket.ts'
import { discard } from '../store/discard.ts'
import { isWanted } from './content.ts'
import { Retrievals } from './rows.ts'
import type { Slots } from './slots.ts'

/** What a retrieval that has ended may have left. */
export interface Left {
  retrievalId: string
  /** The content's name, where the workflow knew it. */
  content: string | undefined
  /** Whether the retrieval still has the content for itself. */
  hasContent: boolean
}

interface Store {
  database: DataSource
  bucket: Bucket
  slots: Slots
}

/** Throws away what an ended retrieval received, or was uploaded for it. What cannot be thrown away now, the sweep takes later. */
export async function discardLeft(store: Store, left: Left): Promise<void> {
  const { database, bucket } = store
  const { retrievalId, hasContent } = left
  await discard(bucket, incomingPrefix(retrievalId))
  try {
    const row = await database.manager.findOneBy(Retrievals, { id: retrievalId })
    const content = left.content ?? row?.content ?? undefined
    if (content !== undefined)
      await discardContent(store, content, { except: retrievalId, isHeld: hasContent })
  } catch {
    return
  }
}

/** Throws away what came of a content, unless another retrieval has it for itself, or may go on with it. */
export async function discardContent(
  { database, bucket, slots }: Store,
  content: string,
  { except = null, isHeld = false }: { except?: string | null; isHeld?: boolean } = {},
): Promise<void> {
  const leave = isHeld ? () => {} : slots.tryTake({ content })
  if (!leave) return
  try {
    if (!(await isWanted(database, content, except))) await discard(bucket, incomingPrefix(content))
  } finally {
    leave()
  }
}
